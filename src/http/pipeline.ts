import { writeEarly } from "./server/headers.ts";
import { StreamRequest } from "./server/direct/stream-request.ts";
import { StreamResponse } from "./server/direct/stream-response.ts";
import type { Handler, HttpRequest, HttpResponse } from "./types.ts";

/** What a step returns when it leaves a request to the next step. */
export const DECLINED = false;

/**
 * Answers a request, or returns DECLINED at once. A step that needs time to decide returns what
 * `next` returns.
 */
export type Step = (request: HttpRequest, response: HttpResponse, next: Handler) => unknown;

/** Makes a step of a handler that needs node's own request and response. */
export const ofNode =
  (
    handler: (
      request: Exclude<HttpRequest, StreamRequest>,
      response: Exclude<HttpResponse, StreamResponse>,
    ) => unknown,
  ): Step =>
  (request, response) =>
    request instanceof StreamRequest || response instanceof StreamResponse
      ? DECLINED
      : (writeEarly(response), handler(request, response));

/**
 * Offers each request to the steps in order, until one answers. The chain is built once, so a
 * request allocates nothing here, and a step that declines costs one call.
 */
export const pipeline = (steps: readonly Step[]): Handler =>
  steps.reduceRight<Handler>(
    (next, step) => (request, response) => {
      const answered = step(request, response, next);
      return answered === DECLINED ? next(request, response) : answered;
    },
    ({ method, url }) => {
      throw new Error(`no step of the pipeline has answered ${method} ${url}`);
    },
  );
