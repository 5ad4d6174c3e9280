// Server reflection, as a client of Node.js without a schema uses it. grpc-js-reflection-client
// reads the files with protobufjs, makes grpc-js's clients of them, and calls.
import { credentials, Metadata, type ServiceClientConstructor } from "@grpc/grpc-js";
import { GrpcReflection } from "grpc-js-reflection-client";
import { describe, expect, test } from "vitest";
import { services } from "../contract/descriptors.ts";
import { useServer } from "../use-server.ts";

const used = useServer();
const address = () => new URL(used.url).host;
/** The documented APIs have no gRPC, and the verifier is a service that Latchkey calls. */
const shown = services.filter(({ typeName }) => !/^(?:legacy|verifier)\./.test(typeName));

async function call(
  reflection: GrpcReflection,
  service: string,
  method: string,
  request: object,
): Promise<object> {
  const descriptor = await reflection.getDescriptorBySymbol(service);
  const loaded: unknown = service
    .split(".")
    .reduce<unknown>(
      (part, name) => (part as Record<string, unknown>)[name],
      descriptor.getPackageObject({ keepCase: true, enums: String, longs: String }),
    );
  const client = new (loaded as ServiceClientConstructor)(address(), credentials.createInsecure());
  const { promise, resolve, reject } = Promise.withResolvers<object>();
  client[method]!(request, new Metadata(), (error: Error | null, response: object) =>
    error === null ? resolve(response) : reject(error),
  );
  return promise.finally(() => client.close());
}

describe.each(["v1", "v1alpha"] as const)("%s", (version) => {
  const reflect = () => new GrpcReflection(address(), credentials.createInsecure(), {}, version);

  test.each(shown)("finds the methods of $typeName", async ({ typeName, methods }) => {
    const found = await reflect().listMethods(typeName);
    expect(found.map(({ name }) => name)).toEqual(methods.map(({ name }) => name));
  });

  test("calls what it found", async () => {
    const { email, password, id } = await used.signUp();
    expect(await call(reflect(), "grpc.health.v1.Health", "Check", {})).toEqual({
      status: "SERVING",
    });
    expect(
      await call(reflect(), "identity.v1.UserService", "SignIn", { email, password }),
    ).toMatchObject({ user: { id, email, state: "USER_STATE_ACTIVE" } });
  });
});
