// The texts of signing in and out.
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly toContinue: (app: string) => string;
  readonly identifier: string;
  readonly password: string;
  readonly signIn: string;
  readonly noAccount: string;
  readonly signUp: string;
  readonly forgotten: string;
  readonly wrong: string;
  readonly locked: (until: string) => string;
  readonly registered: string;
  readonly signedOut: string;
  readonly newPassword: string;
  readonly newPasswordFirst: string;
  readonly deleted: string;
  readonly signOutTitle: string;
  readonly signOutAs: (name: string) => string;
  readonly signOut: string;
  readonly stay: string;
}

export const signInMessages: Translations<Messages> = {
  en: {
    title: "Sign in",
    toContinue: (app) => `to continue to ${app}`,
    identifier: "E-mail or user name",
    password: "Password",
    signIn: "Sign in",
    noAccount: "No account yet?",
    signUp: "Create one",
    forgotten: "Forgot your password?",
    wrong: "We know no such account with this password. Check both and try again.",
    locked: (until) =>
      `This account is locked${until === "" ? "" : ` until ${until}`}. Ask the administrator.`,
    registered:
      "If this address is new here, your account is ready: sign in with your password. Either way, there is a letter in its mailbox.",
    signedOut: "You are signed out.",
    newPassword:
      "Your new password is set. Sign in with it, here or in the application that you came from.",
    newPasswordFirst:
      "Your new password is set. The address is confirmed now: all that the account had given before has ended: sessions, the access of applications, and its own applications.",
    deleted:
      "Your account is deleted. Within 30 days you can take that back: sign in here as before.",
    signOutTitle: "Sign out?",
    signOutAs: (name) => `You are signed in as ${name}.`,
    signOut: "Sign out",
    stay: "Stay signed in",
  },
  ru: {
    title: "Вход",
    toContinue: (app) => `чтобы продолжить в «${app}»`,
    identifier: "Почта или имя пользователя",
    password: "Пароль",
    signIn: "Войти",
    noAccount: "Ещё нет аккаунта?",
    signUp: "Создать",
    forgotten: "Забыли пароль?",
    wrong: "Аккаунта с таким паролем нет. Проверьте и то и другое и попробуйте ещё раз.",
    locked: (until) =>
      `Аккаунт заблокирован${until === "" ? "" : ` до ${until}`}. Обратитесь к администратору.`,
    registered:
      "Если этот адрес здесь новый, аккаунт готов: войдите со своим паролем. В любом случае на этот адрес придёт письмо.",
    signedOut: "Вы вышли.",
    newPassword: "Новый пароль задан. Войдите с ним — здесь или в приложении, из которого пришли.",
    newPasswordFirst:
      "Новый пароль задан. Теперь адрес подтверждён: всё, что аккаунт разрешил прежде, закончилось: сеансы, доступ приложений и его собственные приложения.",
    deleted: "Аккаунт удалён. В течение 30 дней это можно отменить: войдите здесь, как раньше.",
    signOutTitle: "Выйти?",
    signOutAs: (name) => `Вы вошли как ${name}.`,
    signOut: "Выйти",
    stay: "Остаться",
  },
  zh: {
    title: "登录",
    toContinue: (app) => `以继续使用“${app}”`,
    identifier: "邮箱或用户名",
    password: "密码",
    signIn: "登录",
    noAccount: "还没有账号？",
    signUp: "创建账号",
    forgotten: "忘记密码？",
    wrong: "账号不存在或密码错误，请检查后重试。",
    locked: (until) => `该账号已被锁定${until === "" ? "" : `，直至 ${until}`}，请联系管理员。`,
    registered:
      "如果该邮箱尚未注册，您的账号已创建，请用密码登录。无论如何，该邮箱都会收到一封信。",
    signedOut: "您已退出登录。",
    newPassword: "新密码已设置。请用它登录，可以在这里，也可以在您来时的应用中。",
    newPasswordFirst:
      "新密码已设置。邮箱现已确认：该账号以前授予的一切均已终止：会话、应用的访问权限，以及它自己的应用。",
    deleted: "您的账号已删除。30 天内可以撤回：像以前一样在此登录即可。",
    signOutTitle: "要退出登录吗？",
    signOutAs: (name) => `您当前的账号是 ${name}。`,
    signOut: "退出登录",
    stay: "保持登录",
  },
};
