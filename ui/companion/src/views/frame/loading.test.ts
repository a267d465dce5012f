import type { Vocabulary } from "@baken/bindings";
import { render } from "svelte/server";
import { describe, expect, it } from "vitest";

import { appIn } from "../drawnOnServer";
import Draft from "../draft/Draft.svelte";
import Home from "../home/Home.svelte";
import Record from "../records/Record.svelte";
import RecordList from "../records/RecordList.svelte";

const vocabulary = {} as Vocabulary;
const screens = {
  home: () => render(Home, { props: { companion: appIn("ready"), vocabulary } }),
  draft: () =>
    render(Draft, {
      props: { companion: appIn("ready"), vocabulary, id: "1", kind: "observation" as const, amends: false },
    }),
  record: () =>
    render(Record, {
      props: {
        companion: appIn("ready"),
        vocabulary,
        operation: "1",
        kind: "observation" as const,
        justFinalised: false,
      },
    }),
  records: () => render(RecordList, { props: { companion: appIn("ready"), vocabulary } }),
};

describe.each(Object.entries(screens))("the screen %s while it is being read", (_, draw) => {
  const html = draw().body;

  it("can be hidden already", () => {
    expect(html).toContain('data-testid="hide-screen"');
  });

  it("says that it is loading, in a place that is read aloud", () => {
    expect(html).toMatch(/<p[^>]*role="status"[^>]*>Laden …/);
  });
});

it("gives a draft the title of its kind before it is read", () => {
  const drawn = (kind: "inspection" | "observation") =>
    render(Draft, { props: { companion: appIn("ready"), vocabulary, id: "1", kind, amends: false } }).body;
  expect(drawn("inspection")).toContain("Controle starten");
  expect(drawn("observation")).toContain("Nieuwe waarneming");
});
