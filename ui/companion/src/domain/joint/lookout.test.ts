import { expect, it } from "vitest";

import { commandError } from "../../shared/bridge";
import { Lookout } from "./lookout";

const unreadable = () => Promise.reject(Object.assign(new Error(), { code: "qr-unreadable" }));

function lookout(answers: (() => Promise<string>)[], take: () => string = () => "picture") {
  let looked = 0;
  const reading = new Lookout({
    take,
    read: () => (answers[looked++] ?? unreadable)(),
    after: (_, run) => run(),
    codeOf: (reason) => commandError(reason).code,
  });
  return { reading, looked: () => looked };
}

it("looks until a code is read", async () => {
  const { reading, looked } = lookout([unreadable, unreadable, () => Promise.resolve("BAKEN-JOIN:7")]);
  await expect(reading.first()).resolves.toBe("BAKEN-JOIN:7");
  expect(looked()).toBe(3);
});

it("waits for a camera that shows nothing yet", async () => {
  let dark = 2;
  const take = () => {
    if (dark-- > 0) throw new Error("nothing is seen");
    return "picture";
  };
  const { reading, looked } = lookout([() => Promise.resolve("BAKEN-JOIN:7")], take);
  await expect(reading.first()).resolves.toBe("BAKEN-JOIN:7");
  expect(looked()).toBe(1);
});

it("answers nothing once it was stopped, also where a code was read meanwhile", async () => {
  const { reading } = lookout([
    () => {
      reading.stop();
      return Promise.resolve("BAKEN-JOIN:7");
    },
  ]);
  await expect(reading.first()).resolves.toBeNull();
});

it("does not go on looking where the core fails", async () => {
  const { reading } = lookout([() => Promise.reject(Object.assign(new Error(), { code: "locked" }))]);
  await expect(reading.first()).rejects.toMatchObject({ code: "locked" });
});
