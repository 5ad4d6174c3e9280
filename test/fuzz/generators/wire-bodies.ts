// Messages in protobuf's binary format: what a method takes, with fields that are wrong, unknown,
// nested or cut off.
import { ScalarType, type DescField } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import type { Principals } from "../target/enrol.ts";
import { goodText, nastyText } from "./values.ts";

const START_GROUP = 0x7b;
const END_GROUP = 0x7c;

const field = (
  number: number,
  type: WireType,
  write: (writer: BinaryWriter) => BinaryWriter,
): Uint8Array => write(new BinaryWriter().tag(number, type)).finish();

/** A field as its type has it. */
function right(desc: DescField, principals: Principals): fc.Arbitrary<Uint8Array> {
  const { number } = desc;
  const message =
    desc.fieldKind === "message" || desc.fieldKind === "list" ? desc.message : undefined;
  if (message !== undefined)
    return fields(message.fields, principals).map((inner) =>
      field(number, WireType.LengthDelimited, (writer) => writer.bytes(inner)),
    );
  const scalar = desc.fieldKind === "map" ? undefined : desc.scalar;
  if (scalar !== ScalarType.STRING)
    return fc
      .oneof(
        fc.bigInt({ min: -3n, max: 2n ** 40n }),
        fc.constantFrom(0n, 1n, 2n, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n, 2n ** 31n),
      )
      .map((value) => field(number, WireType.Varint, (writer) => writer.int64(value)));
  const text = fc.oneof(
    { weight: 8, arbitrary: goodText(desc.name, principals) },
    { weight: 1, arbitrary: nastyText },
  );
  return text.map((value) =>
    field(number, WireType.LengthDelimited, (writer) => writer.string(value)),
  );
}

const payload = fc.uint8Array({ maxLength: 12 });

/**
 * Tags with what does not belong to them: another wire type, no such field, a length that lies, a
 * varint without an end.
 */
function wrong(numbers: readonly number[]): fc.Arbitrary<Uint8Array> {
  const number = fc.constantFrom(...numbers, 0, 99, 19_000, 536_870_911);
  return fc.oneof(
    fc
      .tuple(number, fc.nat(7), payload)
      .map(([no, type, bytes]) => Buffer.concat([field(no, type, (writer) => writer), bytes])),
    fc
      .tuple(number, fc.constantFrom(0x7f, 0xffff, 0x7fffffff, 0xffffffff), payload)
      .map(([no, length, bytes]) =>
        Buffer.concat([
          field(no, WireType.LengthDelimited, (writer) => writer.uint32(length)),
          bytes,
        ]),
      ),
    fc
      .tuple(number, fc.integer({ min: 9, max: 20 }))
      .map(([no, length]) =>
        Buffer.concat([field(no, WireType.Varint, (writer) => writer), Buffer.alloc(length, 0xff)]),
      ),
    fc.constantFrom(1, 101, 10_000, 30_000).map((depth) => Buffer.alloc(depth, START_GROUP)),
    fc
      .constantFrom(1, 101, 10_000, 30_000)
      .map((depth) =>
        Buffer.concat([Buffer.alloc(depth, START_GROUP), Buffer.alloc(depth, END_GROUP)]),
      ),
    fc.constant(Buffer.of(END_GROUP)),
    payload,
  );
}

function fields(all: readonly DescField[], principals: Principals): fc.Arbitrary<Uint8Array> {
  const each = all.map((desc) =>
    fc
      .tuple(fc.nat(12), right(desc, principals))
      .map(([chance, bytes]) => (chance === 0 ? [] : chance === 1 ? [bytes, bytes] : [bytes])),
  );
  const more = fc.oneof(
    { weight: 4, arbitrary: fc.constant<Uint8Array[]>([]) },
    {
      weight: 1,
      arbitrary: fc.array(wrong(all.map(({ number }) => number)), { minLength: 1, maxLength: 2 }),
    },
  );
  return fc
    .tuple(fc.tuple(...each), more)
    .map(([right, rest]) => Buffer.concat([...right.flat(), ...rest]));
}

/** Cuts and flips. */
const BREAKS: readonly ((bytes: Uint8Array, at: number) => Uint8Array)[] = [
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at) => bytes.subarray(at),
  (bytes, at) => bytes.map((byte, index) => (index === at ? byte ^ 0x80 : byte)),
  (bytes, at) => bytes.map((byte, index) => (index === at ? byte + 1 : byte)),
  (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.of(0xff), bytes.subarray(at)]),
  (bytes) => Buffer.concat([bytes, bytes]),
];

/** A message with these fields, as bytes. */
export function wireBody(
  all: readonly DescField[],
  principals: Principals,
): fc.Arbitrary<Uint8Array> {
  const whole = fields(all, principals);
  const broken = fc
    .tuple(whole, fc.constantFrom(...BREAKS), fc.nat())
    .map(([bytes, change, n]) => change(bytes, n % (bytes.length + 1)));
  return fc.oneof({ weight: 2, arbitrary: whole }, { weight: 1, arbitrary: broken });
}
