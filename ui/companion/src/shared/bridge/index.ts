export { commandError, type Bridge } from "./bridge";
export { bridge } from "./tauriBridge";
