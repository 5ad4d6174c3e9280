// google-oauth-client of Debian, with its PKCE switched on.
import com.google.api.client.auth.oauth2.AuthorizationCodeFlow;
import com.google.api.client.auth.oauth2.AuthorizationCodeResponseUrl;
import com.google.api.client.auth.oauth2.BearerToken;
import com.google.api.client.auth.oauth2.ClientParametersAuthentication;
import com.google.api.client.auth.oauth2.Credential;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class GoogleOAuthClient {
  public static void main(String[] words) throws Exception {
    String url = System.getenv("LATCHKEY_URL");
    String redirectUri = System.getenv("REDIRECT_URI");
    String id = System.getenv("CLIENT_ID");
    NetHttpTransport transport = new NetHttpTransport();
    AuthorizationCodeFlow flow =
        new AuthorizationCodeFlow.Builder(
                BearerToken.authorizationHeaderAccessMethod(),
                transport,
                GsonFactory.getDefaultInstance(),
                new GenericUrl(url + "/oauth2/token"),
                new ClientParametersAuthentication(id, System.getenv("CLIENT_SECRET")),
                id,
                url + "/oauth2/authorize")
            .setScopes(List.of("profile"))
            .enablePKCE()
            .build();
    System.out.println(
        "open " + flow.newAuthorizationUrl().setRedirectUri(redirectUri).setState("s").build());
    String back = new BufferedReader(new InputStreamReader(System.in)).readLine();
    String code = new AuthorizationCodeResponseUrl(back).getCode();
    Credential credential =
        flow.createAndStoreCredential(
            flow.newTokenRequest(code).setRedirectUri(redirectUri).execute(), "ada");
    if (!credential.refreshToken()) throw new IllegalStateException("not refreshed");
    String me =
        transport
            .createRequestFactory(credential)
            .buildGetRequest(new GenericUrl(url + "/v1/users/me"))
            .execute()
            .parseAsString();
    Matcher name = Pattern.compile("\"username\": *\"([^\"]*)\"").matcher(me);
    if (!name.find()) throw new IllegalStateException(me);
    System.out.printf(
        "result {\"version\": \"%s\", \"username\": \"%s\"}%n",
        System.getenv("PACKAGE_VERSION"), name.group(1));
  }
}
