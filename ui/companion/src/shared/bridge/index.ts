export { commandError, type Bridge, type CarriedAway, type PromptWords } from "./bridge";
export { bridge } from "./tauriBridge";
