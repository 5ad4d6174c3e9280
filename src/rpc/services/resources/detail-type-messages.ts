import type { MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { type DetailTypeSchema, JsonKind } from "../../../../gen/identity/v1/resource_pb.ts";
import type { DetailType, MemberKind } from "../../../domain/oauth/details/detail-type.ts";

const KINDS: Readonly<Record<MemberKind, JsonKind>> = {
  string: JsonKind.STRING,
  number: JsonKind.NUMBER,
  boolean: JsonKind.BOOLEAN,
  object: JsonKind.OBJECT,
};

const kindOf = (value: JsonKind): MemberKind =>
  (Object.keys(KINDS) as MemberKind[]).find((kind) => KINDS[kind] === value) ?? "string";

export const toDetailType = ({
  name,
  texts,
  actions,
  datatypes,
  privileges,
  hasIdentifier,
  members,
}: DetailType): MessageInitShape<typeof DetailTypeSchema> => ({
  type: name,
  title: texts.en,
  titleRu: texts.ru,
  titleZh: texts.zh,
  actions: [...actions],
  datatypes: [...datatypes],
  privileges: [...privileges],
  hasIdentifier,
  members: members.map((member) => ({
    name: member.name,
    kind: KINDS[member.kind],
    required: member.isRequired,
  })),
});

export const detailTypeOf = ({
  type,
  title,
  titleRu,
  titleZh,
  actions,
  datatypes,
  privileges,
  hasIdentifier,
  members,
}: MessageShape<typeof DetailTypeSchema>): DetailType => ({
  name: type,
  texts: { en: title, ru: titleRu, zh: titleZh },
  actions,
  datatypes,
  privileges,
  hasIdentifier,
  members: members.map(({ name, kind, required }) => ({
    name,
    kind: kindOf(kind),
    isRequired: required,
  })),
});
