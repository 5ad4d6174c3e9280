import type { DescMethod, Message } from "@bufbuild/protobuf";
import { hasBody } from "../body/body.ts";
import type { Answer, HttpRequest } from "../types.ts";
import type { HttpBinding } from "./bindings.ts";

/** Headers that may change the answer, or make it an error. */
const TELLING = ["authorization", "connect-timeout-ms", "content-type", "grpc-timeout"];

/** Whether nothing in a request but its path says what it asks for. */
const isPlain = (request: HttpRequest): boolean =>
  !hasBody(request) && TELLING.every((name) => request.headers[name] === undefined);

/** Answers of methods whose response is in memory, the same for every caller, encoded once. */
export class AnswersInMemory {
  readonly #responseOf: (method: DescMethod) => Message | undefined;
  readonly #encoded = new Map<
    HttpBinding,
    { readonly message: Message; readonly answer: Answer }
  >();

  constructor(responseOf: (method: DescMethod) => Message | undefined) {
    this.#responseOf = responseOf;
  }

  /** Returns the answer to a request without a query; undefined when it must be called for. */
  find(request: HttpRequest, binding: HttpBinding): Answer | undefined {
    const message = this.#responseOf(binding.method);
    if (message === undefined || !isPlain(request)) return undefined;
    const known = this.#encoded.get(binding);
    if (known?.message === message) return known.answer;
    const answer = binding.encode(message);
    this.#encoded.set(binding, { message, answer });
    return answer;
  }
}
