import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { SealedTexts } from "../../../src/domain/security/sealed-texts.ts";

const texts = (byte: number): SealedTexts => new SealedTexts(Buffer.alloc(32, byte), systemClock);

describe("sealed texts", () => {
  it.each(["", "a secret", "秘密 и ещё", "x".repeat(10_000)])(
    "open where they were sealed, and never look the same twice",
    (text) => {
      const sealed = texts(1).seal("clients/1", text);
      expect(texts(1).open("clients/1", sealed)).toBe(text);
      expect(texts(1).seal("clients/1", text)).not.toBe(sealed);
      expect(text !== "" && sealed.includes(text)).toBe(false);
    },
  );

  it("don't open in another place, with another secret, or when a byte differs", () => {
    const sealed = texts(1).seal("clients/1", "a secret");
    expect(texts(1).open("clients/2", sealed)).toBeUndefined();
    expect(texts(2).open("clients/1", sealed)).toBeUndefined();
    const bytes = Buffer.from(sealed, "base64url");
    let refused = 0;
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      if (texts(1).open("clients/1", changed.toString("base64url")) === undefined) refused++;
    }
    expect(refused).toBe(bytes.length);
    expect(texts(1).open("clients/1", "")).toBeUndefined();
    expect(texts(1).open("clients/1", sealed.slice(0, 20))).toBeUndefined();
  });
});
