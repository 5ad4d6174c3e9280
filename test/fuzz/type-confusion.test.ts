// Every text field of every JSON body, sent as every other type: 400, and no effect.
import type { DescField } from "@bufbuild/protobuf";
import { getOption, ScalarType } from "@bufbuild/protobuf";
import { BodyEncoding, source } from "../../gen/wire/v1/wire_pb.ts";
import { afterAll, describe, expect, test } from "vitest";
import { dialectOf } from "../../src/http/transcoding/dialect.ts";
import { type Route, ROUTES } from "./target/routes.ts";
import { useTarget } from "./target/target.ts";

const target = useTarget();
afterAll(() => target.checkHealth());

const NO_TEXTS: readonly string[] = [
  "0",
  "1",
  "true",
  "[]",
  "[0]",
  '["a","b"]',
  "{}",
  '{"x":1}',
  '{"$ne":""}',
  "1e999",
  "9223372036854775808",
  "NaN",
  '"\\u0000"',
  '"\\ud800"',
  '"\xc0\xaf"',
  '"a","toString":"\xff"',
];

/** A text that the body may hold: not one that comes in a header. */
const isText = (field: DescField): boolean =>
  field.fieldKind === "scalar" &&
  field.scalar === ScalarType.STRING &&
  getOption(field, source).header === "";

/** The JSON that leads to every text field, with `%` where its value stands. */
function bodies({ method: { input }, body, variables }: Route): string[] {
  const filled = input.fields.find(({ name }) => name === body);
  const { fields } = filled?.fieldKind === "message" ? filled.message : input;
  const direct = fields
    .filter((field) => isText(field) && !variables.includes(field.name))
    .map(({ jsonName }) => `{"${jsonName}":%}`);
  const nested = fields.flatMap((field) =>
    field.fieldKind === "message" && !field.message.typeName.startsWith("google.")
      ? field.message.fields
          .filter(isText)
          .map(({ jsonName }) => `{"${field.jsonName}":{"${jsonName}":%}}`)
      : [],
  );
  return [...direct, ...nested];
}

const routes = ROUTES.filter(
  (route) =>
    route.body !== "" &&
    dialectOf(route.method).bodyEncodings.includes(BodyEncoding.JSON) &&
    bodies(route).length > 0,
);

describe.each(routes)("$verb $template", (route) => {
  test.each(bodies(route))("%s", async (body) => {
    const { administrator, partnerKey } = target.principals;
    const authorization =
      route.method.parent.name === "ZimoxyService" ? partnerKey : `Bearer ${administrator.token}`;
    for (const value of NO_TEXTS) {
      const sent = {
        verb: route.verb,
        target: route.template.replace(/\{[^}]+\}/g, "me"),
        headers: [
          ["content-type", "application/json"],
          ["authorization", authorization],
        ] as const,
        body: body.replace("%", () => value),
      };
      expect((await target.check(sent)).status, sent.body).toBe(400);
    }
  });
});
