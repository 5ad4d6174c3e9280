// What transcripts show is what the API's description says.
import type { JsonObject } from "@bufbuild/protobuf";
import { expect } from "vitest";
import { disagreements } from "../openapi/agreement.ts";
import type { Received, Sent } from "./exchange.ts";

const documents = new Map<string, Promise<JsonObject>>();

/** The description that a server gives of itself; one for all servers that serve the same. */
export function documentOf(
  url: string,
  settings: Readonly<Record<string, string>>,
): Promise<JsonObject> {
  const off = Object.keys(settings)
    .filter((name) => settings[name] === "off")
    .sort()
    .join();
  const known =
    documents.get(off) ??
    fetch(`${url}/openapi.json`).then((response) => response.json() as Promise<JsonObject>);
  documents.set(off, known);
  return known;
}

const text = (bytes: string): string => Buffer.from(bytes, "latin1").toString();

/** Fails when the description doesn't say of an exchange what there was to see. */
export function expectDeclared(
  document: JsonObject,
  { method, target, headers, body }: Sent,
  received: Received,
): void {
  const header = (list: Sent["headers"], name: string): string =>
    list.find(([each]) => each === name)?.[1] ?? "";
  const wrong = disagreements(document, {
    method,
    target,
    requestType: header(headers, "content-type"),
    requestBody: text(body),
    status: Number(received.status.split(" ")[1]),
    responseType: header(received.headers, "content-type"),
    responseBody: text(received.body),
  });
  expect(wrong, `openapi.json, of ${method} ${target} and ${received.status}`).toEqual([]);
}
