// The failures of a binding, by status and content type. http/ encodes each one, so the document
// has what clients receive.
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { HttpBinding } from "../http/transcoding/bindings.ts";
import { encodeFailure, ruleFor } from "../http/transcoding/encode-failure.ts";
import { hasRetryInfo, meaningOf } from "./comments.ts";
import { hasNoContent, headersOf, isJson, mediaTypeOf, withSchemas, type Media } from "./media.ts";
import { reasonsOf } from "./reasons.ts";
import { STATUS } from "./status.ts";
import { schemaOfFailure, schemaOfText } from "./texts.ts";
import { errorView } from "../http/error-view.ts";

/** Creates the error of a call that fails for the reason. */
export type Fail = (reason: string, message: string) => unknown;

interface Body {
  readonly schema: JsonObject;
  readonly example: JsonValue;
  readonly reasons: string[];
}

/** The failures with one status. */
interface Failures {
  readonly reasons: string[];
  /** The different bodies by content type. */
  readonly media: Map<string, Map<string, Body>>;
  readonly headers: Map<string, Set<string>>;
}

/** Returns the responses to failed calls, by status. */
export function failuresOf(
  binding: HttpBinding,
  fail: Fail,
  errorDomain: string,
): Record<string, JsonObject> {
  const { dialect, method } = binding;
  const statuses = new Map<number, Failures>();
  for (const reason of reasonsOf(method, binding.body !== "nothing")) {
    const { status, body, headers } = encodeFailure(
      errorView(fail(reason, meaningOf(reason)), errorDomain),
      binding,
      reason !== "CREDENTIAL_MISSING",
    );
    const failures: Failures = statuses.get(status) ?? {
      reasons: [],
      media: new Map(),
      headers: new Map(),
    };
    statuses.set(status, failures);
    failures.reasons.push(reason);
    const type = mediaTypeOf(headers["content-type"]!);
    const template = ruleFor(dialect, reason)?.body;
    const schema = isJson(type)
      ? template === undefined
        ? STATUS
        : schemaOfFailure(template)
      : schemaOfText(template);
    const key = schema === STATUS ? reason : JSON.stringify(schema);
    const bodies = failures.media.get(type) ?? new Map<string, Body>();
    failures.media.set(type, bodies);
    const text = String(body);
    const kept = bodies.get(key) ?? {
      schema,
      example: isJson(type) ? (JSON.parse(text) as JsonValue) : text,
      reasons: [],
    };
    bodies.set(key, kept);
    kept.reasons.push(reason);
    const special = Object.entries(headers).filter(
      ([name]) => name !== "content-type" && dialect.headers[name] === undefined,
    );
    for (const [name, value] of special)
      failures.headers.set(name, (failures.headers.get(name) ?? new Set()).add(value));
  }
  return Object.fromEntries(
    [...statuses].map(([status, failures]) => {
      const { content, ...rest } = responseOf(failures);
      return [String(status), hasNoContent(status) ? rest : { ...rest, content: content! }];
    }),
  );
}

function responseOf({ reasons, media, headers }: Failures): JsonObject {
  return {
    description: reasons.map((reason) => `- \`${reason}\`: ${meaningOf(reason)}`).join("\n"),
    ...headersOf({
      ...Object.fromEntries(
        [...headers]
          .filter(([name]) => name !== "retry-after")
          .map(([name, values]) => [name, { schema: { type: "string", enum: [...values] } }]),
      ),
      ...(reasons.some(hasRetryInfo)
        ? {
            "retry-after": {
              description: "Seconds until another try makes sense.",
              schema: { type: "integer", minimum: 1 },
            },
          }
        : {}),
    }),
    content: Object.fromEntries(
      [...media].map(([type, bodies]) => [type, mediaOf([...bodies.values()])]),
    ),
  };
}

const mediaOf = (bodies: readonly Body[]): Media =>
  withSchemas(
    bodies.map(({ schema }) => schema),
    Object.fromEntries(
      bodies.map(({ schema, example, reasons: [first = "", ...more] }): [string, JsonObject] => [
        first,
        schema === STATUS
          ? { $ref: `#/components/examples/${first}` }
          : { summary: [first, ...more].join(", "), value: example },
      ]),
    ),
  );
