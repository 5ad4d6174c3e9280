// The ordered list of steps that a request passes.
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { DECLINED, pipeline, type Step } from "../../src/http/pipeline.ts";

/** Runs the steps on a request. */
function run(...steps: Step[]): unknown {
  const request = new IncomingMessage(new Socket());
  request.method = "GET";
  request.url = "/path";
  return pipeline(steps)(request, new ServerResponse(request));
}

test("the first step that answers is the last one that is called", () => {
  const called: string[] = [];
  const step =
    (name: string, result: unknown): Step =>
    () => (called.push(name), result);
  expect(run(step("a", DECLINED), step("b", undefined), step("c", "c"))).toBe(undefined);
  expect(called).toEqual(["a", "b"]);
});

test("a step may leave a request to the next one later", async () => {
  const late: Step = async (request, response, next) => {
    await Promise.resolve();
    return next(request, response);
  };
  await expect(
    run(
      late,
      () => DECLINED,
      () => "answer",
    ),
  ).resolves.toBe("answer");
});

test("a request that every step declines is a fault", () => {
  expect(() => run(() => DECLINED)).toThrow("no step of the pipeline has answered GET /path");
});
