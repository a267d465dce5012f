export { commandError, type Bridge, type PromptWords } from "./bridge";
export { bridge } from "./tauriBridge";
