// Whether the API's description says what the server does: one exchange against the document.
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { complaints, lookUp } from "./schema.ts";

/** An exchange, its texts as characters. */
export interface Exchange {
  readonly method: string;
  readonly target: string;
  readonly requestType: string;
  readonly requestBody: string;
  readonly status: number;
  readonly responseType: string;
  readonly responseBody: string;
}

type Node = Readonly<Record<string, JsonObject | undefined>>;

/** The path of the document that a raw path is one of; a plain one before one with variables. */
export function declaredPath(document: JsonObject, path: string): string | undefined {
  const paths = Object.keys(document["paths"] as JsonObject);
  const pattern = (template: string): RegExp =>
    new RegExp(
      `^${template
        .split(/\{[^}]*\}/)
        .map((literal) => literal.replace(/[.*+?()[\]$^|\\]/g, "\\$&"))
        .join("[^/:]+")}$`,
    );
  return (
    paths.find((template) => template === path) ??
    paths.find((template) => pattern(template).test(path))
  );
}

const essence = (type: string): string => type.split(";", 1)[0]!.trim().toLowerCase();

/** What the document doesn't say of an exchange, or says wrongly; nothing when they agree. */
export function disagreements(document: JsonObject, exchange: Exchange): readonly string[] {
  const path = declaredPath(document, exchange.target.split("?", 1)[0]!);
  if (path === undefined) return exchange.status === 404 ? [] : ["the path is not declared"];
  const operation = ((document["paths"] as Node)[path] as Node)[
    exchange.method.replace("HEAD", "GET").toLowerCase()
  ] as Node | undefined;
  if (operation === undefined)
    return exchange.status === 405 || exchange.method === "OPTIONS"
      ? []
      : ["the method is not declared"];
  const declared = (operation["responses"] as Node)[exchange.status];
  if (declared === undefined) return [`the status ${exchange.status} is not declared`];
  const { $ref } = declared;
  const response = (typeof $ref === "string" ? lookUp(document, $ref) : declared) as Node;
  return [
    ...wrongAnswer(document, response, exchange),
    ...wrongRequest(document, operation, exchange),
  ];
}

function wrongAnswer(
  document: JsonObject,
  { content }: Node,
  { method, responseType, responseBody }: Exchange,
): readonly string[] {
  if (responseBody === "" && (content === undefined || method === "HEAD")) return [];
  const media = content?.[essence(responseType)] as Node | undefined;
  if (media?.["schema"] === undefined) return [`the content type ${responseType} is not declared`];
  const body = /[/+]json$/.test(essence(responseType))
    ? (JSON.parse(responseBody) as JsonValue)
    : responseBody;
  return complaints(body, media["schema"], { document, closed: true });
}

/** A request that succeeds is one that is declared. */
function wrongRequest(
  document: JsonObject,
  { requestBody }: Node,
  { status, requestType, requestBody: sent }: Exchange,
): readonly string[] {
  if (status >= 300 || sent === "" || requestBody === undefined) return [];
  const media = (requestBody["content"] as Node)[essence(requestType)] as Node | undefined;
  if (media?.["schema"] === undefined)
    return [`the content type ${requestType} of the request is not declared`];
  if (essence(requestType) !== "application/json") return [];
  // The JSON of protobuf: null is as if it were left out.
  const given = JSON.parse(sent, (_, value: unknown) => value ?? undefined) as JsonValue;
  return complaints(given, media["schema"], { document, closed: false }).map(
    (each) => `in the request, ${each}`,
  );
}
