// Integers of 64 bits in JSON, as numbers and as texts, keep every digit.
import { create, toJson } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeMessage } from "../../../src/http/protocols/message-codec.ts";
import { buildContract } from "../contract.ts";
import { everyType } from "./every-type.ts";

const { message, service } = buildContract(everyType);
const desc = message("EveryType");
const method = { ...service.methods[0]!, input: desc } as never;
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

test("a number is read digit by digit", () => {
  fc.assert(
    fc.property(int64, uint64, fc.boolean(), (signed, unsigned, isText) => {
      const quote = isText ? '"' : "";
      const text =
        `{"int64Value":${quote}${signed}${quote},"nested":{"uint64Value":${unsigned}},` +
        `"wrapperInt64Value":${signed}}`;
      const read = decodeMessage(method, "json", Buffer.from(text));
      const expected = create(desc, {
        int64Value: signed,
        nested: { uint64Value: unsigned },
        wrapperInt64Value: signed,
      } as never);
      expect(toJson(desc, read)).toEqual(toJson(desc, expected));
    }),
  );
});

test("a number beyond the type is refused", () => {
  const beyond = fc.oneof(
    fc.bigInt({ min: 2n ** 63n, max: 10n ** 30n }),
    fc.bigInt({ min: -(10n ** 30n), max: -(2n ** 63n) - 1n }),
  );
  fc.assert(
    fc.property(beyond, (value) => {
      expect(() => decodeMessage(method, "json", Buffer.from(`{"int64Value":${value}}`))).toThrow(
        /int64_value must be an integer/,
      );
    }),
  );
});
