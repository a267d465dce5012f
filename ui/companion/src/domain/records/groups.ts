/**
 * The list in parts that one recognises: what belongs to an inspection stands under it, all else under its day. Records
 * keep the order of the list, so that a next page only ever adds below; a draft stands on top of the part it belongs to.
 */
import type { DraftSummary, InspectionSummary, RecordSummary } from "@baken/bindings";

type Entry =
  | { type: "draft"; key: string; draft: DraftSummary }
  | { type: "record"; key: string; record: RecordSummary };

export type Group = {
  key: string;
  /** The inspection, where that is known here. */
  inspection: InspectionSummary | null;
  /** A moment on its day. */
  at: string;
  entries: readonly Entry[];
};

type Listed = {
  records: readonly RecordSummary[];
  drafts: readonly DraftSummary[];
  inspections: readonly InspectionSummary[];
};

/** `dayOf` says on which day a moment is, where the municipality is. */
export function grouped(
  { records, drafts, inspections }: Listed,
  dayOf: (instant: string) => string,
): Group[] {
  const known = new Map(inspections.map((inspection) => [inspection.inspection, inspection]));
  const groups: (Group & { part: string; entries: Entry[] })[] = [];
  const begin = (part: string, id: string | null, at: string, first: boolean) => {
    const inspection = id === null ? null : (known.get(id) ?? null);
    const group = { part, key: "", inspection, at, entries: [] as Entry[] };
    if (first) groups.unshift(group);
    else groups.push(group);
    return group;
  };
  for (const record of records) {
    const id = inspectionOf(record);
    const part = id === null || !known.has(id) ? dayOf(record.finalisedAt) : id;
    const last = groups.at(-1);
    const group = last?.part === part ? last : begin(part, id, record.finalisedAt, false);
    group.entries.push({ type: "record", key: `record-${record.operation}`, record });
  }
  // The last saved ends up on top.
  for (const draft of [...drafts].reverse()) {
    const id = draft.inspection;
    const part = id === null || !known.has(id) ? dayOf(draft.savedAt) : id;
    const group = groups.find((candidate) => candidate.part === part) ?? begin(part, id, draft.savedAt, true);
    group.entries.unshift({ type: "draft", key: `draft-${draft.id}`, draft });
  }
  // One inspection may come back further down, once another was in between.
  const times = new Map<string, number>();
  return groups.map(({ part, ...group }) => {
    const time = times.get(part) ?? 0;
    times.set(part, time + 1);
    return { ...group, key: `${part}-${time}` };
  });
}

const inspectionOf = ({ kind, entity, inspection }: RecordSummary): string | null =>
  kind === "inspection" ? entity : inspection;
