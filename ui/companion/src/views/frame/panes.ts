/** Below this a screen is a pane beside another one, under a bar that is already there. */
export const BESIDE_ANOTHER = Symbol("beside another pane");
