// What buf can't know of the contract: callers, paths, error rules and reasons hold together. Every
// test lists what is wrong, by method.
import {
  type DescMessage,
  type DescMethod,
  getOption,
  hasOption,
  ScalarType,
} from "@bufbuild/protobuf";
import { field as fieldRules } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { describe, expect, test } from "vitest";
import { http } from "../../gen/google/api/annotations_pb.ts";
import { ErrorReason, ErrorReasonSchema } from "../../gen/identity/v1/errors_pb.ts";
import { access, file_wire_v1_wire } from "../../gen/wire/v1/wire_pb.ts";
import { REASONS } from "../../src/domain/errors.ts";
import { bindServices } from "../../src/http/transcoding/bindings.ts";
import { dialectOf } from "../../src/http/transcoding/dialect.ts";
import { resolveField } from "../../src/http/transcoding/fields.ts";
import { fullName, methods, services } from "./descriptors.ts";

/** Every caller may use them, so that their files need no option of ours. */
const STANDARD = [
  "grpc.health.v1.Health",
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
];

const withPath = methods.filter((method) => hasOption(method, http));

test("the services are there", () => {
  expect(services.map((service) => service.typeName)).toEqual(
    expect.arrayContaining([
      "identity.v1.UserService",
      "identity.v1.OAuthService",
      "identity.v1.AuditService",
      "identity.v1.PredecessorService",
      "legacy.kokids.v1.KokidsService",
      "grpc.health.v1.Health",
    ]),
  );
});

describe("reasons", () => {
  const reasons: ReadonlySet<string> = new Set(REASONS);

  test("of the contract and of the domain are the same", () => {
    const declared = ErrorReasonSchema.values
      .filter(({ number }) => number !== ErrorReason.UNSPECIFIED)
      .map(({ name }) => name.replace("ERROR_REASON_", ""));
    expect(declared.toSorted()).toEqual(REASONS.toSorted());
  });

  test("that error rules name exist", () => {
    const unknown = methods.flatMap((method) =>
      dialectOf(method).errors.flatMap((rule) =>
        [...rule.reasons]
          .filter((reason) => !reasons.has(reason))
          .map((reason) => `${fullName(method)}: ${reason}`),
      ),
    );
    expect(unknown).toEqual([]);
  });
});

test("a standard service imports nothing of ours, so that any client can read it", () => {
  const standard = services.filter(({ typeName }) => STANDARD.includes(typeName));
  expect(standard).toHaveLength(STANDARD.length);
  for (const { file } of standard) expect(file.dependencies.map(({ name }) => name)).toEqual([]);
});

// protobufjs writes such an option under two names, and its reader then finds a number used twice.
test("the name of an option is one word", () => {
  const names = file_wire_v1_wire.extensions.map(({ name }) => name);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !/^[a-z]+$/.test(name))).toEqual([]);
});

test("every list that a caller may send has a bound, so that its size alone refuses it", () => {
  const listsOf = (message: DescMessage, path: string): { path: string; most: number }[] =>
    message.fields.flatMap((field) => {
      const at = `${path}.${field.name}`;
      const { type } = getOption(field, fieldRules);
      if (field.fieldKind === "list")
        return [{ path: at, most: type.case === "repeated" ? Number(type.value.maxItems) : 0 }];
      if (field.fieldKind === "map")
        return [{ path: at, most: type.case === "map" ? Number(type.value.maxPairs) : 0 }];
      return field.fieldKind === "message" && !field.message.typeName.startsWith("google.protobuf.")
        ? listsOf(field.message, at)
        : [];
    });
  const lists = methods.flatMap((method) => listsOf(method.input, fullName(method)));
  expect(lists.length).toBeGreaterThan(5);
  expect(lists.filter(({ most }) => most < 1 || most > 64)).toEqual([]);
});

describe("callers", () => {
  test("of every method are declared", () => {
    const isDeclared = (method: DescMethod): boolean => {
      const { anyone, user, clientScopes, userScopes } = getOption(method, access);
      return anyone || user || clientScopes.length > 0 || userScopes.length > 0;
    };
    const undeclared = methods.filter((method) => !isDeclared(method));
    expect([...new Set(undeclared.map(({ parent }) => parent.typeName))].toSorted()).toEqual([
      ...STANDARD,
      // This server calls it and never serves it, so it has no callers here.
      "verifier.v1.PasswordVerifierService",
    ]);
  });

  test("are named by a field that is a string", () => {
    const isString = (method: DescMethod): boolean => {
      const field = resolveField(method.input, getOption(method, access).self)?.field;
      return field?.fieldKind === "scalar" && field.scalar === ScalarType.STRING;
    };
    const naming = methods.filter((method) => getOption(method, access).self !== "");
    expect(naming).not.toEqual([]);
    expect(naming.filter((method) => !isString(method)).map(fullName)).toEqual([]);
  });
});

/** Every verb with a path that leads to a method: its templates with `x` for every variable. */
function requestsFor(method: DescMethod): [verb: string, path: string][] {
  const rule = getOption(method, http);
  const slash = dialectOf(method).trailingSlash ? "/" : "";
  return [rule, ...rule.additionalBindings].map(({ pattern }) => {
    const [verb, template] =
      pattern.case === "custom"
        ? [pattern.value.kind, pattern.value.path]
        : [pattern.case?.toUpperCase(), pattern.value];
    return [
      verb ?? "",
      `${template}${slash}`.replace(/\{[^=}]+=([^}]*)\}/g, "$1").replace(/\{[^}]*\}|\*\*?/g, "x"),
    ];
  });
}

// Binding fails for a path that two methods have, and for a variable or body that names no field.
test("every path leads to its method", () => {
  const routes = bindServices(services);
  const lost = withPath.flatMap((method) =>
    requestsFor(method)
      .filter(([verb, path]) => routes.find(verb, path)?.target?.method !== method)
      .map(([verb, path]) => `${verb} ${path} does not lead to ${fullName(method)}`),
  );
  expect(lost).toEqual([]);
});

// Reading a dialect fails for a body that is no JSON, for a placeholder that stands for nothing,
// and for a status or header that cannot be.
test.each(services)("the dialects of $typeName can be read", (service) => {
  expect(() => service.methods.map(dialectOf)).not.toThrow();
});

test("every documented call has an answer to what can happen to every call", () => {
  const always = [
    "MALFORMED_REQUEST",
    "FIELD_INVALID",
    "PARAMETER_REPEATED",
    "HTTP_METHOD_NOT_ALLOWED",
    "BODY_TOO_LARGE",
    "MEDIA_TYPE_UNSUPPORTED",
    "RATE_LIMITED",
    "OVERLOADED",
    "INTERNAL",
    "STORE_UNAVAILABLE",
  ];
  const documented = withPath.filter((method) => method.parent.typeName.startsWith("legacy."));
  const unanswered = documented.flatMap((method) => {
    const rules = dialectOf(method).errors.map((rule) => rule.reasons);
    return always
      .filter((reason) => !rules.some((each) => each.size === 0 || each.has(reason)))
      .map((reason) => `${fullName(method)}: ${reason}`);
  });
  expect(unanswered).toEqual([]);
});
