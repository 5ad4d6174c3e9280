// The shapes of the documented APIs tell one from another, so that an answer in another API's shape
// is seen.
import { type DescMethod, getOption } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { dialect } from "../../gen/wire/v1/wire_pb.ts";
import { dialectOf } from "../../src/http/transcoding/dialect.ts";
import { fillText } from "../../src/http/transcoding/text-template.ts";
import { ROUTES } from "./target/routes.ts";
import { shapesOf } from "./generators/shapes.ts";

const apiOf = ({ parent }: DescMethod): string => getOption(parent, dialect).name;
const methods = [...new Set(ROUTES.map(({ method }) => method))];
const failuresOf = (method: DescMethod): string[] =>
  dialectOf(method).errors.flatMap(({ body }) =>
    body === undefined ? [] : [fillText(body, () => "x")],
  );

test("a failure has the shape of its own method and of no other API's", () => {
  for (const method of methods) {
    const others = methods
      .filter((other) => apiOf(other) !== apiOf(method))
      .flatMap((other) => [shapesOf(other).success, ...shapesOf(other).failures]);
    for (const body of failuresOf(method)) {
      expect(
        shapesOf(method).failures.some((shape) => shape.matches(body)),
        body,
      ).toBe(true);
      expect(
        others.filter((shape) => shape.matches(body)),
        body,
      ).toEqual([]);
    }
  }
});
