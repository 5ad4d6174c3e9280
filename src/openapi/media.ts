// Content types, headers and bodies of responses.
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** A body of a response in one content type. */
export type Media = Partial<Record<"schema" | "examples", JsonObject>> & {
  readonly example?: JsonValue;
};

/** Returns a content type without its parameters. */
export const mediaTypeOf = (contentType: string): string =>
  contentType.split(";", 1)[0]!.trim().toLowerCase();

/** Returns whether bodies of a content type are JSON (RFC 6839 section 3.1). */
export const isJson = (mediaType: string): boolean => /[/+]json$/.test(mediaType);

/** Returns whether responses with a status have no body (RFC 9110 section 6.4.1). */
export const hasNoContent = (status: number): boolean => status === 204 || status === 304;

/** Returns the member `headers`, or none for no header. */
export const headersOf = (headers: JsonObject): JsonObject =>
  Object.keys(headers).length === 0 ? {} : { headers };

/** Returns a body that fits one of the schemas. */
export function withSchemas(schemas: readonly JsonObject[], examples: JsonObject): Media {
  const different = [
    ...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values(),
  ];
  return {
    schema: different.length === 1 ? different[0]! : { anyOf: different },
    examples,
  };
}

/** Returns the response that has the bodies and headers of two with one status. */
export function joinResponses(success: JsonObject, failure: JsonObject): JsonObject {
  const content = { ...(success["content"] as Record<string, Media> | undefined) };
  const failures = (failure["content"] ?? {}) as Record<string, Media>;
  for (const [type, media] of Object.entries(failures)) {
    const own = content[type];
    content[type] = own === undefined ? media : joinMedia(own, media);
  }
  return {
    description: [success, failure]
      .map(({ description }) => description as string)
      .join("\n\nOr:\n\n"),
    ...headersOf({
      ...(failure["headers"] as JsonObject | undefined),
      ...(success["headers"] as JsonObject | undefined),
    }),
    ...(Object.keys(content).length === 0 ? {} : { content }),
  };
}

function joinMedia({ schema, example }: Media, failure: Media): Media {
  // A body without a schema is any one.
  if (schema === undefined) return {};
  const failures = (failure.schema?.["anyOf"] as JsonObject[] | undefined) ?? [failure.schema!];
  return withSchemas([schema, ...failures], {
    ...(example === undefined ? {} : { success: { summary: "A success", value: example } }),
    ...failure.examples,
  });
}
