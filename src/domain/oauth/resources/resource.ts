import { createHash } from "node:crypto";
import type { DetailType } from "../details/detail-type.ts";

/** The most resources: lists and metadata show all of them. */
export const MAX_RESOURCES = 200;

/** How the access tokens for a resource look: by default random, or signed (RFC 9068). */
export const TOKEN_FORMATS = ["opaque", "jwt"] as const;
export type TokenFormat = (typeof TOKEN_FORMATS)[number];

/** A scope of a resource, and what users read of it. */
export interface ResourceScope {
  readonly name: string;
  /** By language; an empty text is that of English, and without one users read the name. */
  readonly texts: Readonly<Record<"en" | "ru" | "zh", string>>;
}

/** A protected resource (RFC 6749 section 1.1) that tokens can be for (RFC 8707). */
export interface Resource {
  readonly id: string;
  /** As it was registered, which is the `aud` of its tokens. */
  readonly uri: string;
  readonly name: string;
  readonly scopes: readonly ResourceScope[];
  readonly tokenFormat: TokenFormat;
  /** The lifetime of its access tokens. */
  readonly tokenLifetimeMs: number;
  /** The clients that may introspect its tokens: the servers behind the URI. */
  readonly introspectors: readonly string[];
  /** The clients that may get tokens for it without a user who agrees to that. */
  readonly machineClients: readonly string[];
  /** What can be asked for one by one, RFC 9396. */
  readonly detailTypes: readonly DetailType[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

const PARTS = /^(?<scheme>[^:]*):(?<authority>\/\/[^/?#]*)?(?<rest>.*)$/s;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { https: ":443", http: ":80" };

/**
 * Returns the form in which resources are compared: scheme and host in lower case, without the
 * default port and without one slash at the end. Clients send what `new URL(uri).href` makes of a
 * resource, so `https://mcp.example.com` also comes as `https://mcp.example.com/`.
 */
export function resourceKey(uri: string): string {
  const { scheme = "", authority = "", rest = "" } = PARTS.exec(uri)?.groups ?? {};
  const lower = scheme.toLowerCase();
  const host = authority.toLowerCase();
  const port = DEFAULT_PORTS[lower];
  const kept = port !== undefined && host.endsWith(port) ? host.slice(0, -port.length) : host;
  return `${lower}:${kept}${rest.includes("?") ? rest : rest.replace(/\/$/, "")}`;
}

/** Returns the digest of that form, by which a resource is stored and found. */
export const resourceDigest = (uri: string): string =>
  createHash("sha256").update(resourceKey(uri)).digest("base64url");

/** Returns the text of a scope, or of a type of details, in a language. */
export const scopeText = (
  { name, texts }: Pick<ResourceScope, "name" | "texts">,
  language: keyof ResourceScope["texts"],
): string => texts[language] || texts.en || name;
