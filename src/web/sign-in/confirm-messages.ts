import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly why: (name: string) => string;
  readonly password: string;
  readonly submit: string;
  readonly wrong: string;
}

export const confirmMessages: Translations<Messages> = {
  en: {
    title: "Confirm it’s you",
    why: (name) =>
      `You are signed in as ${name}. Enter your password to continue with this sensitive action.`,
    password: "Password",
    submit: "Continue",
    wrong: "Wrong password.",
  },
  ru: {
    title: "Подтвердите, что это вы",
    why: (name) => `Вы вошли как ${name}. Чтобы выполнить это важное действие, введите пароль.`,
    password: "Пароль",
    submit: "Продолжить",
    wrong: "Неверный пароль.",
  },
  zh: {
    title: "确认您的身份",
    why: (name) => `当前登录账号：${name}。请输入密码以继续此敏感操作。`,
    password: "密码",
    submit: "继续",
    wrong: "密码错误。",
  },
};
