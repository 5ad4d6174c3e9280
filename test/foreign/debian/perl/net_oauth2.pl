use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use JSON ();
use Net::OAuth2;
use Net::OAuth2::Profile::WebServer;
use Program;
use URI;

my $profile = Net::OAuth2::Profile::WebServer->new(
    client_id => $ENV{CLIENT_ID},
    client_secret => $ENV{CLIENT_SECRET},
    site => $ENV{LATCHKEY_URL},
    authorize_path => '/oauth2/authorize',
    access_token_path => '/oauth2/token',
    redirect_uri => $ENV{REDIRECT_URI},
    scope => 'profile',
);
my ($verifier, $challenge) = pkce();
my $address = $profile->authorize(
    state => 'of-this-browser',
    code_challenge => $challenge,
    code_challenge_method => 'S256',
);
my %back = URI->new(open_page($address))->query_form;
my $token = $profile->get_access_token($back{code}, code_verifier => $verifier);
my $response = $token->get("$ENV{LATCHKEY_URL}/v1/users/me");
finish('Net::OAuth2', JSON->new->decode($response->decoded_content)->{user}{username});
