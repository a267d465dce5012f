/**
 * What is there once the app is open: loaded while a person types the passphrase, so that the first screen waits for none of
 * it. Where it cannot be loaded the app says so, before anybody has opened anything.
 */
import type { CommandError } from "@baken/bindings";
import type { Component, ComponentProps } from "svelte";

import { commandError } from "../shared/bridge";
import type Opened from "./Opened.svelte";

type OpenedComponent = Component<ComponentProps<typeof Opened>>;

export class Rest {
  component = $state.raw<OpenedComponent | null>(null);
  failure = $state.raw<CommandError | null>(null);

  /** With what is there already, for whoever waits for nothing. */
  constructor(component: OpenedComponent | null = null) {
    this.component = component;
  }

  async bring(): Promise<void> {
    try {
      this.component = (await import("./Opened.svelte")).default;
      this.failure = null;
    } catch (reason) {
      this.failure = commandError(reason);
    }
  }
}
