import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly asks: (app: string) => string;
}

export const logoutMessages: Translations<Messages> = {
  en: { asks: (app) => `${app} asks to sign you out here.` },
  ru: { asks: (app) => `«${app}» просит завершить ваш сеанс здесь.` },
  zh: { asks: (app) => `“${app}”请求将您从此处退出登录。` },
};
