// How many streams there may be, and for how long they may be silent; over the wire in
// test/protocols/streams.test.ts.
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { reflection } from "../../src/rpc/reflection.ts";
import { untilIdle } from "../../src/rpc/streams.ts";
import { UserService } from "../../gen/identity/v1/user_pb.ts";
import { ServerReflectionRequestSchema } from "../../gen/grpc/reflection/v1/reflection_pb.ts";
import { create } from "@bufbuild/protobuf";

/** So many messages, each after a pause, and then none. */
async function* messages(count: number, pauseMs: number): AsyncGenerator<number> {
  for (let index = 0; index < count; index++) {
    await delay(pauseMs);
    yield index;
  }
  await new Promise<never>(() => undefined);
}

test("a stream ends when it is silent for too long, and not while it speaks", async () => {
  const seen: number[] = [];
  for await (const message of untilIdle(messages(5, 20), 500)) seen.push(message);
  expect(seen).toEqual([0, 1, 2, 3, 4]);
});

test("its end, and its failure, are those of the messages", async () => {
  async function* failing(): AsyncGenerator<number> {
    yield 1;
    throw new Error("broken");
  }
  const seen: number[] = [];
  const reading = (async () => {
    for await (const message of untilIdle(failing(), 1_000)) seen.push(message);
  })();
  await expect(reading).rejects.toThrow("broken");
  expect(seen).toEqual([1]);
});

test("ignores a failure after the end", async () => {
  const late = Promise.withResolvers<IteratorResult<number>>();
  const iterable = { [Symbol.asyncIterator]: () => ({ next: () => late.promise }) };
  const first = await untilIdle(iterable, 5)[Symbol.asyncIterator]().next();
  expect(first.done).toBe(true);
  late.reject(new Error("gone"));
  // An unhandled rejection would fail the run.
  await delay(5);
});

test("reflection answers, and ends without a question", async () => {
  async function* questions() {
    yield create(ServerReflectionRequestSchema, {
      messageRequest: { case: "listServices", value: "" },
    });
    await new Promise<never>(() => undefined);
  }
  const answers = [];
  for await (const answer of reflection([UserService], 50)(questions())) answers.push(answer);
  expect(answers).toHaveLength(1);
});
