import { afterEach, describe, expect, it, vi } from "vitest";
import { STORE_BUDGET } from "../../../../src/domain/call-time.ts";
import { unavailable } from "../../../../src/store/engine/errors.ts";
import { Concurrency } from "../../../../src/store/engine/lookup-batch.ts";
import { WriteBatch } from "../../../../src/store/engine/writes/write-batch.ts";

interface Sent {
  readonly texts: readonly string[];
  commit(): void;
  fail(error: Error): void;
}

/** A batch of texts whose statements the test answers. The result says how a text was written. */
function batch(more: { keyOf?: (text: string) => string; hasApart?: boolean } = {}) {
  const sent: Sent[] = [];
  const send = (texts: readonly string[], result: string) =>
    new Promise<string>((resolve, fail) => {
      sent.push({ texts, commit: () => resolve(result), fail });
    });
  const made = new WriteBatch<string, string>(
    {
      together: (texts) => send(texts, "together"),
      alone: (text) => send([text], "alone"),
      ...(more.hasApart === true && { apart: (text: string) => send([text], "apart") }),
      repeated: more.keyOf && "repeated",
      ...(more.keyOf && { keyOf: more.keyOf }),
    },
    new Concurrency(),
  );
  return { write: (text: string) => made.run(text), sent };
}

afterEach(() => void vi.useRealTimers());

const settled = () => new Promise(setImmediate);

describe("WriteBatch", () => {
  it("sends a write at once when none is running", () => {
    const { write, sent } = batch();
    void write("a");
    expect(sent.map(({ texts }) => texts)).toEqual([["a"]]);
  });

  it("joins those that come while one is running, and answers them after the commit", async () => {
    const { write, sent } = batch();
    const first = write("a");
    let answered = 0;
    const later = ["b", "c", "c"].map((text) => write(text).finally(() => answered++));
    sent[0]?.commit();
    expect(await first).toBe("alone");
    expect(sent.map(({ texts }) => texts)).toEqual([["a"], ["b", "c", "c"]]);
    await settled();
    expect(answered).toBe(0);
    sent[1]?.commit();
    expect(await Promise.all(later)).toEqual(["together", "together", "together"]);
  });

  it("writes up to 64 together", async () => {
    const { write, sent } = batch();
    const all = Array.from({ length: 71 }, (_, index) => write(`${index}`));
    sent[0]?.commit();
    await all[0];
    expect(sent.map(({ texts }) => texts.length)).toEqual([1, 64, 6]);
    for (const each of sent) each.commit();
    expect(new Set(await Promise.all(all))).toEqual(new Set(["alone", "together"]));
  });

  it("writes each alone when the batch fails, so that only the wrong one fails", async () => {
    const { write, sent } = batch();
    void write("first");
    const results = Promise.allSettled(["a", "wrong", "c"].map(write));
    sent[0]?.commit();
    await settled();
    sent[1]?.fail(new Error("one of them"));
    await settled();
    expect(sent.slice(2).map(({ texts }) => texts)).toEqual([["a"], ["wrong"], ["c"]]);
    sent[2]?.commit();
    sent[3]?.fail(new Error("this one"));
    sent[4]?.commit();
    expect(await results).toMatchObject([
      { value: "alone" },
      { reason: { message: "this one" } },
      { value: "alone" },
    ]);
  });

  it("may write those in another way that could not be written together", async () => {
    const { write, sent } = batch({ hasApart: true });
    const all = [write("a"), write("b"), write("c")];
    sent[0]?.commit();
    await settled();
    sent[1]?.fail(new Error("no room for both"));
    await settled();
    sent[2]?.commit();
    sent[3]?.commit();
    expect(await Promise.all(all)).toEqual(["alone", "apart", "apart"]);
  });

  it("writes none again after an unusable connection: it may have been committed", async () => {
    const { write, sent } = batch();
    void write("first");
    const results = Promise.allSettled(["a", "b", "c"].map(write));
    sent[0]?.commit();
    await settled();
    const error = unavailable(new Error("lost"));
    sent[1]?.fail(error);
    expect(await results).toMatchObject([{ reason: error }, { reason: error }, { reason: error }]);
    await settled();
    expect(sent).toHaveLength(2);
  });

  it("writes the first of those that want the same, and then answers the others", async () => {
    const { write, sent } = batch({ keyOf: (text) => text[0]! });
    void write("x");
    const results = ["a1", "b", "a2", "a3"].map(write);
    sent[0]?.commit();
    await settled();
    expect(sent[1]?.texts).toEqual(["a1", "b"]);
    sent[1]?.commit();
    expect(await Promise.all(results)).toEqual(["together", "together", "repeated", "repeated"]);
  });

  it("lets the next of those that want the same try, when the first fails", async () => {
    const { write, sent } = batch({ keyOf: () => "same" });
    void write("x");
    const results = Promise.allSettled(["1", "2", "3"].map(write));
    sent[0]?.commit();
    await settled();
    sent[1]?.fail(new Error("no"));
    await settled();
    expect(sent[2]?.texts).toEqual(["2"]);
    sent[2]?.commit();
    expect(await results).toMatchObject([
      { reason: { message: "no" } },
      { value: "alone" },
      { value: "repeated" },
    ]);
  });

  it("gives up those that were joined when they had a call's time", async () => {
    vi.useFakeTimers();
    const { write, sent } = batch();
    void write("first");
    const results = Promise.allSettled(["a", "b"].map(write));
    sent[0]?.commit();
    await vi.advanceTimersByTimeAsync(STORE_BUDGET);
    expect(sent.slice(1).map(({ texts }) => texts)).toEqual([["a", "b"]]);
    const tooLong = {
      reason: { reason: "STORE_UNAVAILABLE", message: "the database took too long" },
    };
    expect(await results).toMatchObject([tooLong, tooLong]);
  });

  it("doesn't wait for a write that hangs", async () => {
    const { write, sent } = batch();
    void write("a");
    const waiting = write("b");
    await new Promise((resolve) => setTimeout(resolve, 60));
    const later = write("c");
    expect(sent.map(({ texts }) => texts)).toEqual([["a"], ["b", "c"]]);
    sent[1]?.commit();
    expect(await Promise.all([waiting, later])).toEqual(["together", "together"]);
  });
});
