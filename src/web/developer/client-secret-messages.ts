// The texts of an application's secrets.
import type { Translations } from "../kit/language.ts";

/** How long the old secrets work on, in hours. */
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
    title: "New secret",
    made: "Keep this secret",
    once: "This is the only time that the secret is shown. Copy it to a safe place now, such as your server’s settings.",
    oldEnds: "The old secrets don’t work any more.",
    oldWorksUntil: "The old secrets work until",
    done: "I have copied it",
    why: "The application gets another secret, which is shown once. Put it into your server’s settings while the old one still works.",
    overlap: "How long the old secrets work on",
    overlaps: {
      0: "Not at all, because somebody else may know them",
      1: "1 hour",
      24: "24 hours",
      168: "7 days",
    },
    submit: "Make a new secret",
    cancel: "Cancel",
    alreadyMade:
      "A new secret has been made already, and it is shown only once. If it is lost, make another one.",
  },
  ru: {
    id: "Client ID",
    secret: "Client secret",
    title: "Новый секрет",
    made: "Сохраните этот секрет",
    once: "Секрет показывается только сейчас. Сразу скопируйте его в надёжное место, например в настройки вашего сервера.",
    oldEnds: "Прежние секреты больше не действуют.",
    oldWorksUntil: "Прежние секреты действуют до",
    done: "Секрет скопирован",
    why: "Приложение получит ещё один секрет, он показывается один раз. Перенесите его в настройки сервера, пока действует прежний.",
    overlap: "Сколько ещё действуют прежние секреты",
    overlaps: {
      0: "Нисколько: их мог узнать кто-то ещё",
      1: "1 час",
      24: "24 часа",
      168: "7 дней",
    },
    submit: "Выпустить новый секрет",
    cancel: "Отмена",
    alreadyMade:
      "Новый секрет уже выпущен, а показывается он один раз. Если он потерян, выпустите ещё один.",
  },
  zh: {
    id: "Client ID",
    secret: "Client secret",
    title: "新密钥",
    made: "请保存此密钥",
    once: "密钥只显示这一次。请立即复制到安全的地方，例如您服务器的配置中。",
    oldEnds: "旧密钥已失效。",
    oldWorksUntil: "旧密钥有效期至",
    done: "我已复制",
    why: "应用将获得一个新密钥，只显示一次。请在旧密钥失效前把它写入服务器配置。",
    overlap: "旧密钥继续有效的时间",
    overlaps: { 0: "立即失效（可能已被他人得知）", 1: "1 小时", 24: "24 小时", 168: "7 天" },
    submit: "生成新密钥",
    cancel: "取消",
    alreadyMade: "新密钥已经生成，并且只显示一次。如果已丢失，请再生成一个。",
  },
};
