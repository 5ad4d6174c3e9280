// Server reflection, v1 and v1alpha: gives tools the schema. It owns the answers to reflection's questions
// and must not know what the services do.
import type { DescFile, DescService, MessageInitShape, MessageShape, Registry } from "@bufbuild/protobuf";
import { createRegistry, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import type { ServerReflectionRequestSchema, ServerReflectionResponseSchema } from "../../gen/grpc/reflection/v1/reflection_pb.ts";
import { REFLECTION_IDLE_MS, untilIdle } from "./streams.ts";

type Question = MessageShape<typeof ServerReflectionRequestSchema>;
type Answer = NonNullable<MessageInitShape<typeof ServerReflectionResponseSchema>["messageResponse"]>;

/** Every file that the given ones need, what is imported before what imports it. */
function withImports(files: readonly DescFile[], seen = new Set<DescFile>()): Set<DescFile> {
  for (const file of files) {
    if (seen.has(file)) continue;
    withImports(file.dependencies, seen);
    seen.add(file);
  }
  return seen;
}

/** A function that answers questions about these services; it serves both versions, whose messages are alike. */
export function reflection(services: readonly DescService[], idleMs = REFLECTION_IDLE_MS): (questions: AsyncIterable<Question>) => AsyncGenerator<MessageInitShape<typeof ServerReflectionResponseSchema>> {
  const files = [...withImports(services.map(({ file }) => file))];
  const registry = createRegistry(...files);
  return async function* (questions) {
    for await (const question of untilIdle(questions, idleMs)) {
      yield { validHost: question.host, originalRequest: question, messageResponse: answer(question, services, files, registry) };
    }
  };
}

function answer({ messageRequest }: Question, services: readonly DescService[], files: readonly DescFile[], registry: Registry): Answer {
  switch (messageRequest.case) {
    case "listServices":
      return { case: "listServicesResponse", value: { service: services.map(({ typeName }) => ({ name: typeName })) } };
    case "fileByFilename":
      return fileAnswer(files.find((file) => file.proto.name === messageRequest.value));
    case "fileContainingSymbol":
      return fileAnswer(fileOf(messageRequest.value, registry));
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = messageRequest.value;
      return fileAnswer(extensionsOf(containingType, registry).find(({ number }) => number === extensionNumber)?.file);
    }
    case "allExtensionNumbersOfType": {
      const numbers = extensionsOf(messageRequest.value, registry).map(({ number }) => number);
      if (numbers.length === 0 && registry.getMessage(messageRequest.value) === undefined) return notFound();
      return { case: "allExtensionNumbersResponse", value: { baseTypeName: messageRequest.value, extensionNumber: numbers } };
    }
    default:
      return { case: "errorResponse", value: { errorCode: Code.InvalidArgument, errorMessage: "no question" } };
  }
}

const extensionsOf = (typeName: string, registry: Registry) => [...registry].filter((desc) => desc.kind === "extension").filter(({ extendee }) => extendee.typeName === typeName);

/** The file of a type, a service, or a member of one: `pkg.Service.Method`, `pkg.Message.field`. */
function fileOf(symbol: string, registry: Registry): DescFile | undefined {
  const name = symbol.replace(/^\./, "");
  return registry.get(name)?.file ?? registry.get(name.slice(0, Math.max(0, name.lastIndexOf("."))))?.file;
}

function fileAnswer(file: DescFile | undefined): Answer {
  if (file === undefined) return notFound();
  const all = [...withImports([file])].reverse();
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto: all.map(({ proto }) => toBinary(FileDescriptorProtoSchema, proto)) } };
}

const notFound = (): Answer => ({ case: "errorResponse", value: { errorCode: Code.NotFound, errorMessage: "there is no such thing" } });
