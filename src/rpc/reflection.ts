import type {
  DescExtension,
  DescFile,
  DescService,
  MessageInitShape,
  MessageShape,
  Registry,
} from "@bufbuild/protobuf";
import { createRegistry, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { IdentityError } from "../domain/errors.ts";
import { toConnectError } from "./errors.ts";
import type {
  ServerReflectionRequestSchema,
  ServerReflectionResponseSchema,
} from "../../gen/grpc/reflection/v1/reflection_pb.ts";
import { REFLECTION_IDLE_MS, untilIdle } from "./streams.ts";

/** The longest name that is answered, because the answer repeats it. */
const MAX_NAME = 512;

type Question = MessageShape<typeof ServerReflectionRequestSchema>;
type Answer = NonNullable<
  MessageInitShape<typeof ServerReflectionResponseSchema>["messageResponse"]
>;

/** Every file that the given ones need, what is imported before what imports it. */
function withImports(files: readonly DescFile[], seen = new Set<DescFile>()): Set<DescFile> {
  for (const file of files) {
    if (seen.has(file)) continue;
    withImports(file.dependencies, seen);
    seen.add(file);
  }
  return seen;
}

/**
 * Returns a function that answers requests about these services. It serves v1 and v1alpha, whose
 * messages are alike.
 */
export function reflection(
  services: readonly DescService[],
  idleMs = REFLECTION_IDLE_MS,
): (
  questions: AsyncIterable<Question>,
) => AsyncGenerator<MessageInitShape<typeof ServerReflectionResponseSchema>> {
  const files = [...withImports(services.map(({ file }) => file))];
  const registry = createRegistry(...files);
  // A stream may ask any number of times, so that the expensive part is done once.
  const schema = {
    services,
    files,
    registry,
    extensions: [...registry].filter((desc) => desc.kind === "extension"),
    encoded: new Map<DescFile, Uint8Array>(),
  };
  return async function* (questions) {
    for await (const question of untilIdle(questions, idleMs)) {
      if (lengthOf(question) > MAX_NAME)
        throw toConnectError(
          new IdentityError("MALFORMED_REQUEST", `No name has more than ${MAX_NAME} characters.`),
        );
      yield {
        validHost: question.host,
        originalRequest: question,
        messageResponse: answer(question, schema),
      };
    }
  };
}

interface Schema {
  readonly services: readonly DescService[];
  readonly files: readonly DescFile[];
  readonly registry: Registry;
  readonly extensions: readonly DescExtension[];
  readonly encoded: Map<DescFile, Uint8Array>;
}

/** Returns the length of all names in a request together. */
function lengthOf({ host, messageRequest: { value } }: Question): number {
  const name = typeof value === "string" ? value : (value?.containingType ?? "");
  return host.length + name.length;
}

function answer({ messageRequest }: Question, schema: Schema): Answer {
  const { services, files, registry } = schema;
  switch (messageRequest.case) {
    case "listServices":
      return {
        case: "listServicesResponse",
        value: { service: services.map(({ typeName }) => ({ name: typeName })) },
      };
    case "fileByFilename":
      return fileAnswer(
        files.find((file) => file.proto.name === messageRequest.value),
        schema,
      );
    case "fileContainingSymbol":
      return fileAnswer(fileOf(messageRequest.value, registry), schema);
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = messageRequest.value;
      return fileAnswer(
        extensionsOf(containingType, schema).find(({ number }) => number === extensionNumber)?.file,
        schema,
      );
    }
    case "allExtensionNumbersOfType": {
      const numbers = extensionsOf(messageRequest.value, schema).map(({ number }) => number);
      if (numbers.length === 0 && registry.getMessage(messageRequest.value) === undefined)
        return notFound();
      return {
        case: "allExtensionNumbersResponse",
        value: { baseTypeName: messageRequest.value, extensionNumber: numbers },
      };
    }
    default:
      return {
        case: "errorResponse",
        value: { errorCode: Code.InvalidArgument, errorMessage: "no question" },
      };
  }
}

const extensionsOf = (typeName: string, { extensions }: Schema): readonly DescExtension[] =>
  extensions.filter(({ extendee }) => extendee.typeName === typeName);

/** Finds the file of a type, service or member: `pkg.Service.Method`, `pkg.Message.field`. */
function fileOf(symbol: string, registry: Registry): DescFile | undefined {
  const name = symbol.replace(/^\./, "");
  return (
    registry.get(name)?.file ??
    registry.get(name.slice(0, Math.max(0, name.lastIndexOf("."))))?.file
  );
}

function fileAnswer(file: DescFile | undefined, { encoded }: Schema): Answer {
  if (file === undefined) return notFound();
  const all = [...withImports([file])].reverse();
  return {
    case: "fileDescriptorResponse",
    value: { fileDescriptorProto: all.map((each) => bytesOf(each, encoded)) },
  };
}

function bytesOf(file: DescFile, encoded: Schema["encoded"]): Uint8Array {
  const bytes = encoded.get(file) ?? toBinary(FileDescriptorProtoSchema, file.proto);
  encoded.set(file, bytes);
  return bytes;
}

const notFound = (): Answer => ({
  case: "errorResponse",
  value: { errorCode: Code.NotFound, errorMessage: "there is no such thing" },
});
