import type { AttachmentClass } from "@baken/bindings";
import { Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { beforeAll, describe, expect, it } from "vitest";

import texts from "../../../../../tests/vectors/v1-sealed-text-hostile.json";
import { sha256 } from "../message/bytes";
import type { Keyring } from "./keyring";
import { unsealAttachment, unsealInspection, unsealObservation } from "./unseal";
import { UnsealError, type Expected } from "./unsealed";

const TENANT = "GM0453";
const FROZEN_INSPECTION = "01900000-0000-7000-8000-000000000003.01900000-0000-7000-8000-00000000000c";
const FROZEN_OBSERVATION = "01900000-0000-7000-8000-000000000003.01900000-0000-7000-8000-00000000000d";
const OPERATION = "01a20ae7-d0d2-728a-a314-f2f84b1953d2";
const DEVICE = "01a20ae7-0000-7000-a314-f2f84b195300";
const PLACE = {
  neighbourhood: "",
  name: "Noordster",
  address: "",
  postcode: "",
  berth: "Haringhaven 12",
  imo: "9074729",
  mmsi: "",
  eni: "",
  fishingMark: "",
  kvk: "",
  bag: "",
  coordinates: { latitudeE6: 52_461_000, longitudeE6: 4_581_000, accuracyMetres: 8, source: "measured" },
};
const OBSERVATION = {
  header: { tenant: TENANT, device: DEVICE, operation: OPERATION, schema: "observation.v1" },
  narrative: "Zes man op vier bedden. Geen eigen bankpas. 🚢",
  place: PLACE,
  persons: [{ pseudonym: "P1", description: "", consents: [{ purpose: "zorg", state: "niet-gevraagd" }] }],
};
const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 0xd9]);
const PHOTO = {
  tenant: TENANT,
  device: DEVICE,
  operation: OPERATION,
  class: "photo",
  mediaType: "image/jpeg",
  sizeBytes: 4,
};

let team = "";
let stranger = "";
let keyring: Keyring;
beforeAll(async () => {
  team = await generateX25519Identity();
  stranger = await generateX25519Identity();
  keyring = new Map([["team@1", team]]);
});

const utf8 = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));
const length = (size: number) => [size >>> 24, (size >>> 16) & 0xff, (size >>> 8) & 0xff, size & 0xff];

/** A zstd frame (RFC 8878) with its content as it is, in one raw block. */
function stored(content: Uint8Array): Uint8Array {
  const size = content.length;
  const block = (size << 3) | 1;
  return Uint8Array.from([
    ...[0x28, 0xb5, 0x2f, 0xfd, 0xa0],
    ...length(size).reverse(),
    ...[block & 0xff, (block >> 8) & 0xff, (block >> 16) & 0xff],
    ...content,
  ]);
}

function padded(frame: Uint8Array, announced = frame.length): Uint8Array {
  const container = new Uint8Array(Math.ceil((frame.length + 4) / 512) * 512);
  container.set([...length(announced), ...frame]);
  return container;
}

const container = (json: unknown) => padded(stored(utf8(json)));

function photoContainer(header: object, content = JPEG): Uint8Array {
  const head = utf8(header);
  return Uint8Array.from([...length(head.length), ...head, ...content]);
}

async function sealedTo(identity: string, bytes: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  return encrypter.encrypt(bytes);
}

async function expecting(sealed: Uint8Array, changes: Partial<Expected> = {}): Promise<Expected> {
  return {
    sha256: await sha256(sealed),
    recipients: ["team", "recovery"],
    epoch: 1,
    tenant: TENANT,
    operation: `${DEVICE}.${OPERATION}`,
    ...changes,
  };
}

async function open(bytes: Uint8Array, changes: Partial<Expected> = {}) {
  const sealed = await sealedTo(team, bytes);
  return unsealObservation(sealed, keyring, await expecting(sealed, changes));
}

const refusal = (reason: string) => expect.objectContaining({ reason }) as UnsealError;

describe("unsealObservation", () => {
  it("opens what was sealed to one of my teams", async () => {
    expect(await open(container(OBSERVATION))).toEqual(OBSERVATION);
  });

  it("opens by the key of the epoch it was sealed under", async () => {
    const sealed = await sealedTo(team, container(OBSERVATION));
    const both: Keyring = new Map([
      ["team@1", team],
      ["team@2", stranger],
    ]);
    expect((await unsealObservation(sealed, both, await expecting(sealed))).narrative).toContain("bankpas");
  });

  it("opens by a key that is held under another epoch, as in a register that was restored", async () => {
    const skipped = { epoch: 2 };
    expect(await open(container(OBSERVATION), skipped)).toEqual(OBSERVATION);
    const [sealed, photo] = await Promise.all([
      sealedTo(stranger, container(OBSERVATION)),
      sealedTo(team, photoContainer(PHOTO)),
    ]);
    expect(
      (await unsealAttachment(photo, keyring, await expecting(photo, skipped), "photo")).content,
    ).toEqual(JPEG);
    const others = unsealObservation(sealed, keyring, await expecting(sealed, skipped));
    await expect(others).rejects.toEqual(refusal("no-key"));
    const altered = await sealedTo(team, container(OBSERVATION));
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
    const damaged = unsealObservation(altered, keyring, await expecting(altered, skipped));
    await expect(damaged).rejects.toEqual(refusal("altered"));
  });

  it("calls nothing altered that was sealed under another directory of that number", async () => {
    const [sealed, photo] = await Promise.all([
      sealedTo(stranger, container(OBSERVATION)),
      sealedTo(stranger, photoContainer(PHOTO)),
    ]);
    const opened = unsealObservation(sealed, keyring, await expecting(sealed));
    await expect(opened).rejects.toEqual(refusal("other-key"));
    await expect(unsealAttachment(photo, keyring, await expecting(photo), "photo")).rejects.toEqual(
      refusal("other-key"),
    );
    const exchanged = unsealObservation(sealed, keyring, await expecting(photo));
    await expect(exchanged).rejects.toEqual(refusal("altered"));
  });

  it.each([
    ["another team", { recipients: ["zorg"] }],
    ["nobody", { recipients: [] }],
  ])("says so where it was sealed to %s", async (_name, changes) => {
    await expect(open(container(OBSERVATION), changes)).rejects.toEqual(refusal("no-key"));
  });

  it("refuses every flipped bit of the ciphertext by its hash", async () => {
    const sealed = await sealedTo(team, container(OBSERVATION));
    const expected = await expecting(sealed);
    for (const place of [0, 40, sealed.length - 300, sealed.length - 1]) {
      const altered = sealed.slice();
      altered[place] = (altered[place] ?? 0) ^ 1;
      await expect(unsealObservation(altered, keyring, expected)).rejects.toEqual(refusal("altered"));
    }
  });

  it("refuses a flipped bit also where the hash was changed along with it", async () => {
    const altered = await sealedTo(team, container(OBSERVATION));
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
    await expect(unsealObservation(altered, keyring, await expecting(altered))).rejects.toEqual(
      refusal("altered"),
    );
  });

  it("refuses a ciphertext that is cut off", async () => {
    const sealed = await sealedTo(team, container(OBSERVATION));
    const cut = sealed.subarray(0, sealed.length - 1);
    await expect(unsealObservation(cut, keyring, await expecting(cut))).rejects.toEqual(refusal("altered"));
  });

  it.each([
    ["municipality", { tenant: "GM0000" }],
    ["device", { device: "01a20ae7-0000-728a-a314-f2f84b1953d2" }],
    ["operation", { operation: "01a20ae7-0000-728a-a314-f2f84b1953d2" }],
    ["kind of record", { schema: "inspection.v1" }],
  ])("refuses a sealed part with the header of another %s", async (_name, changes) => {
    const moved = { ...OBSERVATION, header: { ...OBSERVATION.header, ...changes } };
    await expect(open(container(moved))).rejects.toEqual(refusal("elsewhere"));
  });

  it("says of a schema that it does not know that it is of a later version, and shows nothing of it", async () => {
    const later = { ...OBSERVATION, header: { ...OBSERVATION.header, schema: "observation.v4" } };
    await expect(open(container(later))).rejects.toEqual(refusal("later"));
    const moved = { ...later, header: { ...later.header, tenant: "GM0000" } };
    await expect(open(container(moved))).rejects.toEqual(refusal("elsewhere"));
  });

  it("opens an observation in full, whose persons go on, and none that lacks a part of it", async () => {
    const [first] = OBSERVATION.persons;
    const person = {
      ...{ id: "01a20ae7-0000-728a-a314-f2f84b1953d2", pseudonym: "P1", role: "kok", ageBand: "25-34" },
      ...{ language: "Engels", needs: "", description: first?.description ?? "", consents: [] },
    };
    const full = {
      header: { ...OBSERVATION.header, schema: "observation.v3" },
      ...{ reason: "", narrative: OBSERVATION.narrative, place: OBSERVATION.place, persons: [person] },
      call: { called: true, at: "2026-11-25T12:00:00Z" },
      photos: [{ caption: "het slot", takenAt: "2026-11-25T12:00:00Z" }],
    };
    await expect(open(container(full))).resolves.toEqual(full);
    const { call, ...without } = full;
    for (const wrong of [
      without,
      { ...full, call: { ...call, at: "gisteren" } },
      { ...full, persons: OBSERVATION.persons },
      { ...full, score: 3 },
    ])
      await expect(open(container(wrong))).rejects.toEqual(refusal("container"));
  });

  it("opens a correction with its reason, and no correction without one", async () => {
    const { header, ...said } = OBSERVATION;
    const later = { ...header, schema: "observation.v2" };
    const corrected = { header: later, reason: "verkeerde hut", ...said };
    expect(await open(container(corrected))).toEqual(corrected);
    await expect(open(container({ header: later, ...said }))).rejects.toEqual(refusal("container"));
    await expect(open(container({ ...corrected, header }))).rejects.toEqual(refusal("container"));
  });

  const frame = stored(utf8(OBSERVATION));
  const broken = utf8(OBSERVATION);
  broken.set([0xff], new TextDecoder("latin1").decode(broken).indexOf("Zes man"));
  const hidden = padded(frame);
  hidden[hidden.length - 1] = 1;
  it.each([
    ["empty", new Uint8Array(0)],
    ["shorter than its length", Uint8Array.from([0, 0])],
    ["announcing more than there is", padded(frame, 100_000)],
    ["announcing less than the frame", padded(frame, frame.length - 1)],
    ["not padded to a step", padded(frame).subarray(0, padded(frame).length - 1)],
    ["padded by a step too many", Uint8Array.from([...padded(frame), ...new Uint8Array(512)])],
    ["with something hidden in its padding", hidden],
    ["with something else than zstd", padded(utf8(OBSERVATION))],
    ["with text that is no JSON", padded(stored(new TextEncoder().encode("geen JSON")))],
    ["with text that is no UTF-8", padded(stored(broken))],
    ["larger than a record can be", padded(stored(new Uint8Array(1024 * 1024 + 1)))],
  ])("refuses a container %s", async (_name, bytes) => {
    await expect(open(bytes)).rejects.toEqual(refusal("container"));
  });

  it.each([
    ["no header", { ...OBSERVATION, header: undefined }],
    ["no narrative", { ...OBSERVATION, narrative: undefined }],
    ["a number for a narrative", { ...OBSERVATION, narrative: 1 }],
    ["no place", { ...OBSERVATION, place: null }],
    ["persons that are no list", { ...OBSERVATION, persons: {} }],
    ["a person without consents", { ...OBSERVATION, persons: [{ pseudonym: "P1", description: "" }] }],
    ["text for a coordinate", withCoordinates({ latitudeE6: "52" })],
    ["a broken number for a coordinate", withCoordinates({ latitudeE6: 52.5 })],
    ["an unknown source of a coordinate", withCoordinates({ source: "guessed" })],
    ["what it does not know", { ...OBSERVATION, extra: "<script>" }],
    ["its members in another order", Object.fromEntries(Object.entries(OBSERVATION).reverse())],
  ])("refuses a form with %s", async (_name, form) => {
    await expect(open(container(form))).rejects.toEqual(refusal("container"));
  });

  it("reads a form without coordinates", async () => {
    const opened = await open(container({ ...OBSERVATION, place: { ...PLACE, coordinates: null } }));
    expect(opened.place.coordinates).toBeNull();
  });

  it.each(texts.filter((it) => it.of === "observation").map((it) => [it.name, it.text]))(
    "refuses the frozen text: %s",
    async (_name, text) => {
      const bytes = padded(stored(new TextEncoder().encode(text)));
      const own = { operation: FROZEN_OBSERVATION };
      await expect(open(bytes, own)).rejects.toEqual(refusal("container"));
    },
  );
});

function withCoordinates(changes: object) {
  return { ...OBSERVATION, place: { ...PLACE, coordinates: { ...PLACE.coordinates, ...changes } } };
}

describe("unsealInspection", () => {
  const inspection = { header: { ...OBSERVATION.header, schema: "inspection.v1" }, place: PLACE };

  it("opens the exact place", async () => {
    const sealed = await sealedTo(team, container(inspection));
    expect(await unsealInspection(sealed, keyring, await expecting(sealed))).toEqual(inspection);
  });

  it.each(texts.filter((it) => it.of === "inspection").map((it) => [it.name, it.text]))(
    "refuses the frozen text: %s",
    async (_name, text) => {
      const sealed = await sealedTo(team, padded(stored(new TextEncoder().encode(text))));
      const expected = await expecting(sealed, { operation: FROZEN_INSPECTION });
      await expect(unsealInspection(sealed, keyring, expected)).rejects.toEqual(refusal("container"));
    },
  );

  it("refuses the sealed part of an observation", async () => {
    const sealed = await sealedTo(team, container(OBSERVATION));
    await expect(unsealInspection(sealed, keyring, await expecting(sealed))).rejects.toEqual(
      refusal("elsewhere"),
    );
  });
});

describe("unsealAttachment", () => {
  async function photo(
    header: object,
    changes: Partial<Expected> = {},
    listed: AttachmentClass = "photo",
    content = JPEG,
  ) {
    const sealed = await sealedTo(team, photoContainer(header, content));
    return unsealAttachment(sealed, keyring, await expecting(sealed, changes), listed);
  }

  it("opens a spoken note byte for byte, and only where the record lists one", async () => {
    const flac = Uint8Array.from([0x66, 0x4c, 0x61, 0x43]);
    const note = { ...PHOTO, class: "audio", mediaType: "audio/flac" };
    expect(await photo(note, {}, "audio", flac)).toEqual({ content: flac, incomplete: false });
    for (const [header, listed] of [
      [note, "photo"],
      [PHOTO, "audio"],
      [{ ...note, mediaType: "image/jpeg" }, "audio"],
      [{ ...note, mediaType: "text/html" }, "audio"],
    ] as const) {
      await expect(photo(header, {}, listed, flac)).rejects.toEqual(refusal("container"));
    }
  });

  it("opens the picture byte for byte", async () => {
    expect(await photo(PHOTO)).toEqual({ content: JPEG, incomplete: false });
  });

  it("says that a photo is not complete, and takes nothing else for that", async () => {
    expect(await photo({ ...PHOTO, incomplete: true })).toMatchObject({ incomplete: true });
    for (const incomplete of ["no", false, null]) {
      await expect(photo({ ...PHOTO, incomplete })).rejects.toEqual(new UnsealError("container"));
    }
  });

  it("refuses a photo of another record", async () => {
    await expect(photo({ ...PHOTO, operation: "01a20ae7-0000-728a-a314-f2f84b1953d2" })).rejects.toEqual(
      refusal("elsewhere"),
    );
    await expect(photo({ ...PHOTO, tenant: "GM0000" })).rejects.toEqual(refusal("elsewhere"));
  });

  it("refuses a photo that is shorter or longer than it says, or no JPEG", async () => {
    await expect(photo({ ...PHOTO, sizeBytes: 5 })).rejects.toEqual(refusal("container"));
    await expect(photo({ ...PHOTO, sizeBytes: 3 })).rejects.toEqual(refusal("container"));
    await expect(photo({ ...PHOTO, mediaType: "image/svg+xml" })).rejects.toEqual(refusal("container"));
    await expect(photo({ ...PHOTO, class: "video" })).rejects.toEqual(refusal("container"));
    await expect(photo({ ...PHOTO, taken: 1 })).rejects.toEqual(refusal("container"));
    await expect(photo(Object.values(PHOTO))).rejects.toEqual(refusal("container"));
    await expect(photo([])).rejects.toEqual(refusal("container"));
  });

  it("refuses a photo whose ciphertext is not the one the record names", async () => {
    await expect(photo(PHOTO, { sha256: "00".repeat(32) })).rejects.toEqual(refusal("altered"));
  });
});
