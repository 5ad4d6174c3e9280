import { type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type BrandSchema, BrandingService } from "../../../gen/identity/v1/branding_pb.ts";
import { type BrandValues, type LetterText, NO_BRAND } from "../../domain/branding/brand.ts";
import type { Brands, RealmBrand } from "../../domain/branding/brands.ts";
import type { LetterPreview } from "../../domain/branding/letter-preview.ts";
import type { ServiceBinding } from "../call.ts";
import { bind } from "../call.ts";
import { maskedFields } from "./field-mask.ts";

/** The parts of the domain that the service calls. */
export interface BrandingServiceDependencies {
  readonly brands: Brands;
  readonly letterPreview: LetterPreview;
}

type BrandMessage = MessageInitShape<typeof BrandSchema>;

const toBrand = (realm: string, values: BrandValues, changedAt?: number): BrandMessage => ({
  realm,
  name: values.name,
  logo: Buffer.from(values.logo?.content ?? "", "base64"),
  logoType: values.logo?.type ?? "",
  color: values.color,
  colorDark: values.colorDark,
  links: values.links,
  letters: [...values.letters],
  ...(changedAt !== undefined && { updateTime: timestampFromMs(changedAt) }),
});

const ownOf = ({ brand, own }: RealmBrand): BrandMessage =>
  toBrand(brand.realm, own ?? NO_BRAND, own?.changedAt);

/** The domain refuses an unknown kind or language. */
const lettersOf = (
  letters: readonly Readonly<Record<"kind" | "language" | "subject" | "text", string>>[],
): LetterText[] =>
  letters.map(({ kind, language, subject, text }) => ({
    kind: kind as LetterText["kind"],
    language: language as LetterText["language"],
    subject,
    text,
  }));

export const brandingService = ({
  brands,
  letterPreview,
}: BrandingServiceDependencies): ServiceBinding =>
  bind(BrandingService, {
    getBrand: async ({ realm }, call) => {
      const found = await brands.get(call, realm);
      return { brand: ownOf(found), effectiveBrand: toBrand(realm, found.brand) };
    },
    listBrands: async (_, call) => {
      const all = await brands.list(call);
      return {
        brands: all.map((each) => ({
          ...ownOf(each),
          logo: new Uint8Array(),
          letters: [],
        })),
      };
    },
    updateBrand: async ({ brand, updateMask }, call) => {
      const {
        realm = "",
        name = "",
        color = "",
        colorDark = "",
        letters = [],
        links,
      } = brand ?? {};
      const logo = brand?.logo ?? new Uint8Array();
      const fields = maskedFields(updateMask, {
        name,
        logo: logo.length === 0 ? undefined : logo,
        color,
        color_dark: colorDark,
        links,
        letters,
      });
      const { terms = "", privacy = "", imprint = "", support = "" } = links ?? {};
      const updated = await brands.update(call, realm, {
        ...(fields.has("name") && { name }),
        ...(fields.has("logo") && { logo }),
        ...(fields.has("color") && { color }),
        ...(fields.has("color_dark") && { colorDark }),
        ...(fields.has("links") && { links: { terms, privacy, imprint, support } }),
        ...(fields.has("letters") && { letters: lettersOf(letters) }),
      });
      return { brand: ownOf(updated) };
    },
    deleteBrand: async ({ realm }, call) => {
      await brands.reset(call, realm);
      return {};
    },
    previewLetter: async ({ realm, kind, language, draft }, call) => {
      const [which] = lettersOf([{ kind, language, subject: "", text: "" }]);
      return letterPreview.show(call, {
        realm,
        kind: which!.kind,
        language: which!.language,
        draft: draft && { subject: draft.subject, text: draft.text },
      });
    },
  });
