import { toJson, type JsonObject } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { HttpBinding } from "./bindings.ts";
import type { Dialect, ErrorRule } from "./dialect.ts";
import { JSON_TYPE } from "./encode.ts";
import { escapeText, fillText } from "./text-template.ts";
import type { Answer } from "../types.ts";
import type { ErrorView } from "../error-view.ts";

/** What an error needs of the binding whose call has failed. */
type Failing = Pick<HttpBinding, "dialect" | "nameOf">;

/** Returns the first error rule of a dialect that fits a reason. */
export const ruleFor = (dialect: Dialect | undefined, reason: string): ErrorRule | undefined =>
  dialect?.errors.find(({ reasons }) => reasons.size === 0 || reasons.has(reason));

/**
 * Encodes an error by the first rule that fits of the dialect of a binding, or as
 * google.rpc.Status.
 */
export function encodeFailure(
  view: ErrorView,
  binding: Failing | undefined,
  hasCredential: boolean,
): Answer {
  const dialect = binding?.dialect;
  const rule = ruleFor(dialect, view.reason);
  const headers: Record<string, string> = { "content-type": JSON_TYPE, ...dialect?.headers };
  if (view.retryAfter !== undefined) headers["retry-after"] = String(view.retryAfter);
  // RFC 6750 section 3: the challenge says whether the token is what failed.
  if (rule === undefined && view.code === Code.Unauthenticated)
    headers["www-authenticate"] = hasCredential ? 'Bearer error="invalid_token"' : "Bearer";
  Object.assign(headers, rule?.headers);
  return {
    status: rule?.status ?? view.status,
    headers,
    body:
      rule?.body === undefined
        ? statusBody(view)
        : fillText(rule.body, (name) => escapeText(textOf(view, name, binding!.nameOf))),
  };
}

function textOf(view: ErrorView, name: string, nameOf: Failing["nameOf"]): string {
  if (name === "fields") return view.fields.map(nameOf).join(", ");
  return name === "reason" ? view.reason : view.message;
}

function statusBody({ code, message, details }: ErrorView): string {
  return JSON.stringify({
    code,
    message,
    details: details.map((detail) => ({
      "@type": `type.googleapis.com/${detail.desc.typeName}`,
      ...(toJson(detail.desc, detail.message) as JsonObject),
    })),
  });
}
