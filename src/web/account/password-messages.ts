import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly what: string;
  readonly current: string;
  readonly next: string;
  readonly submit: string;
}

export const passwordMessages: Translations<Messages> = {
  en: {
    title: "Change your password",
    what: "All other sessions will end. Applications will ask you to sign in again.",
    current: "Current password",
    next: "New password",
    submit: "Change password",
  },
  ru: {
    title: "Смена пароля",
    what: "Все остальные сеансы будут завершены. В приложениях потребуется войти снова.",
    current: "Текущий пароль",
    next: "Новый пароль",
    submit: "Сменить пароль",
  },
  zh: {
    title: "修改密码",
    what: "其他会话将全部结束，应用会要求您重新登录。",
    current: "当前密码",
    next: "新密码",
    submit: "修改密码",
  },
};
