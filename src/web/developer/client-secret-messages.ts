import type { Translations } from "../kit/language.ts";

/** For how many hours the old secrets stay valid. */
export const OVERLAPS = [0, 1, 24, 168] as const;

interface Messages {
  readonly id: string;
  readonly secret: string;
  readonly title: string;
  readonly made: string;
  readonly once: string;
  readonly oldEnds: string;
  readonly oldWorksUntil: string;
  readonly done: string;
  readonly why: string;
  readonly overlap: string;
  readonly overlaps: Readonly<Record<(typeof OVERLAPS)[number], string>>;
  readonly submit: string;
  readonly cancel: string;
  readonly alreadyMade: string;
}

export const clientSecretMessages: Translations<Messages> = {
  en: {
    id: "Client ID",
    secret: "Client secret",
    title: "Create a client secret",
    made: "Save your client secret",
    once:
      "This client secret is shown only once. Copy it now to a safe place, such as your " +
      "server’s settings.",
    oldEnds: "The old client secrets no longer work.",
    oldWorksUntil: "The old client secrets work until",
    done: "I have copied it",
    why:
      "A new client secret is created and shown once. Add it to your server’s settings " +
      "while the old one still works.",
    overlap: "Keep the old client secrets valid for",
    overlaps: {
      0: "Revoke them immediately (they may be compromised)",
      1: "1 hour",
      24: "24 hours",
      168: "7 days",
    },
    submit: "Create client secret",
    cancel: "Cancel",
    alreadyMade:
      "The client secret was already created, and it is shown only once. If you lost it, " +
      "create another one.",
  },
  ru: {
    id: "Client ID",
    secret: "Client secret",
    title: "Новый секрет",
    made: "Сохраните секрет",
    once:
      "Секрет показывается только один раз. Сразу скопируйте его в надёжное место, например " +
      "в настройки сервера.",
    oldEnds: "Прежние секреты больше не действуют.",
    oldWorksUntil: "Прежние секреты действуют до",
    done: "Секрет скопирован",
    why:
      "Будет создан новый секрет, он показывается один раз. Добавьте его в настройки " +
      "сервера, пока действует прежний.",
    overlap: "Срок действия прежних секретов",
    overlaps: {
      0: "Отозвать сразу (они могли быть раскрыты)",
      1: "1 час",
      24: "24 часа",
      168: "7 дней",
    },
    submit: "Создать секрет",
    cancel: "Отмена",
    alreadyMade:
      "Секрет уже создан и показывается только один раз. Если вы его потеряли, создайте ещё один.",
  },
  zh: {
    id: "Client ID",
    secret: "客户端密钥",
    title: "生成客户端密钥",
    made: "请保存客户端密钥",
    once: "客户端密钥仅显示一次。请立即复制到安全的地方，例如服务器配置中。",
    oldEnds: "旧客户端密钥已失效。",
    oldWorksUntil: "旧客户端密钥有效期至",
    done: "我已复制",
    why: "将生成新的客户端密钥，仅显示一次。请在旧密钥失效前将其添加到服务器配置中。",
    overlap: "旧客户端密钥的保留时间",
    overlaps: { 0: "立即失效（可能已泄露）", 1: "1 小时", 24: "24 小时", 168: "7 天" },
    submit: "生成客户端密钥",
    cancel: "取消",
    alreadyMade: "客户端密钥已生成，且仅显示一次。如果已丢失，请重新生成。",
  },
};
