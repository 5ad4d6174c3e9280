// Failures as they go over HTTP. It owns the choice of the error rule and the shape without one,
// and must not know how bytes are sent.
import { toJson, type JsonObject } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { Dialect, ErrorRule } from "./dialect.ts";
import { JSON_TYPE } from "./encode.ts";
import { escapeText, fillText } from "./text-template.ts";
import type { Answer } from "../types.ts";
import type { ErrorView } from "../error-view.ts";

/** The first rule of a dialect that fits a reason. */
export const ruleFor = (dialect: Dialect | undefined, reason: string): ErrorRule | undefined =>
  dialect?.errors.find(({ reasons }) => reasons.size === 0 || reasons.has(reason));

/** Writes a failure by the first rule of the dialect that fits, or as a google.rpc.Status. */
export function encodeFailure(
  told: ErrorView,
  dialect: Dialect | undefined,
  hasCredential: boolean,
): Answer {
  const rule = ruleFor(dialect, told.reason);
  const headers: Record<string, string> = { ...dialect?.headers, "content-type": JSON_TYPE };
  if (told.retryAfter !== undefined) headers["retry-after"] = String(told.retryAfter);
  // RFC 6750 section 3: the challenge, and whether it was the token that failed.
  if (rule === undefined && told.code === Code.Unauthenticated)
    headers["www-authenticate"] = hasCredential ? 'Bearer error="invalid_token"' : "Bearer";
  Object.assign(headers, rule?.headers);
  return {
    status: rule?.status ?? told.status,
    headers,
    body:
      rule?.body === undefined
        ? statusBody(told)
        : fillText(rule.body, (name) => placeholder(told, name)),
  };
}

function placeholder(told: ErrorView, name: string): string {
  return escapeText(
    name === "fields" ? told.fields.join(", ") : name === "reason" ? told.reason : told.message,
  );
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
