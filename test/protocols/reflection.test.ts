// Server reflection, as tools without a schema ask it.
import { create, createFileRegistry, fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ServerReflection,
  type ServerReflectionRequestSchema,
} from "../../gen/grpc/reflection/v1/reflection_pb.ts";
import * as alpha from "../../gen/grpc/reflection/v1alpha/reflection_pb.ts";
import { UserService } from "../../gen/identity/v1/user_pb.ts";
import { createGrpcJsTransport, type GrpcJsTransport } from "../clients/grpc-js.ts";
import { refusal } from "../clients/refusal.ts";
import { useServer } from "../use-server.ts";

const used = useServer();
let transport: GrpcJsTransport;

beforeAll(() => {
  transport = createGrpcJsTransport(used.url);
});
afterAll(() => transport.close());

type Question = MessageInitShape<typeof ServerReflectionRequestSchema>["messageRequest"];

/** Asks all in one stream. */
async function ask(version: "v1" | "v1alpha", ...questions: readonly Question[]) {
  async function* stream() {
    for (const messageRequest of questions) yield { messageRequest };
  }
  const client =
    version === "v1"
      ? createClient(ServerReflection, transport)
      : (createClient(alpha.ServerReflection, transport) as unknown as ReturnType<
          typeof createClient<typeof ServerReflection>
        >);
  const answers = [];
  for await (const answer of client.serverReflectionInfo(stream())) answers.push(answer);
  return answers.map(({ messageResponse }) => messageResponse);
}

describe.each(["v1", "v1alpha"] as const)("%s", (version) => {
  test("lists the services", async () => {
    const [answer] = await ask(version, { case: "listServices", value: "*" });
    const names =
      answer?.case === "listServicesResponse" ? answer.value.service.map(({ name }) => name) : [];
    expect(names).toEqual(
      expect.arrayContaining([
        "identity.v1.UserService",
        "identity.v1.OAuthService",
        "identity.v1.AuditService",
        "identity.v1.PredecessorService",
        "grpc.health.v1.Health",
        `grpc.reflection.${version}.ServerReflection`,
      ]),
    );
  });

  test.each([
    { case: "fileContainingSymbol", value: "identity.v1.UserService" },
    { case: "fileContainingSymbol", value: "identity.v1.UserService.SignIn" },
    { case: "fileContainingSymbol", value: ".identity.v1.SignInRequest" },
    { case: "fileContainingSymbol", value: "identity.v1.SignInRequest.password" },
    { case: "fileByFilename", value: "identity/v1/user.proto" },
  ] as const)("gives the files for $value, whole", async (question) => {
    const [answer] = await ask(version, question);
    if (answer?.case !== "fileDescriptorResponse")
      throw new Error(`no files but ${JSON.stringify(answer)}`);
    const file = answer.value.fileDescriptorProto.map((bytes): FileDescriptorProto =>
      fromBinary(FileDescriptorProtoSchema, bytes),
    );
    expect(file[0]?.name).toBe("identity/v1/user.proto");
    const registry = createFileRegistry(
      create(FileDescriptorSetSchema, { file: file.toReversed() }),
    );
    expect(registry.getService("identity.v1.UserService")?.methods.map(({ name }) => name)).toEqual(
      UserService.methods.map(({ name }) => name),
    );
  });

  test("knows the extensions of the options", async () => {
    const extension = {
      containingType: "google.protobuf.MethodOptions",
      extensionNumber: 72295728,
    };
    const [file, numbers] = await ask(
      version,
      { case: "fileContainingExtension", value: extension },
      { case: "allExtensionNumbersOfType", value: "google.protobuf.MethodOptions" },
    );
    expect(file?.case).toBe("fileDescriptorResponse");
    expect(
      numbers?.case === "allExtensionNumbersResponse" && numbers.value.extensionNumber,
    ).toEqual(expect.arrayContaining([72295728, 50101]));
  });

  test("says what it doesn't know, and goes on", async () => {
    const unknown = ["no.Such", "", "identity.v1.", "__proto__", "constructor"].map((value) => ({
      case: "fileContainingSymbol" as const,
      value,
    }));
    const answers = await ask(
      version,
      ...unknown,
      { case: "fileByFilename", value: "../../etc/passwd" },
      { case: undefined },
      { case: "listServices", value: "" },
    );
    expect(answers.map((answer) => answer.case)).toEqual([
      ...Array<string>(7).fill("errorResponse"),
      "listServicesResponse",
    ]);
  });
});

describe("switched off", () => {
  const off = useServer({ environment: { REFLECTION: "off" } });

  test("it isn't there", async () => {
    const client = createGrpcJsTransport(off.url);
    async function* questions() {
      yield { messageRequest: { case: "listServices" as const, value: "" } };
    }
    const answers = createClient(ServerReflection, client)
      .serverReflectionInfo(questions())
      [Symbol.asyncIterator]();
    expect(await refusal(answers.next())).toMatchObject({
      code: "Unimplemented",
      reason: "UNIMPLEMENTED",
    });
    client.close();
  });
});
