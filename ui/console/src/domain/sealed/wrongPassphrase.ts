/** The passphrase does not open the member's identity. Apart from what opens it: a page has the one without the other. */
export class WrongPassphrase extends Error {}
