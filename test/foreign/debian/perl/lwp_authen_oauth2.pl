use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use JSON ();
use LWP::Authen::OAuth2;
use Program;
use URI;

my ($verifier, $challenge) = pkce();
my $agent = LWP::Authen::OAuth2->new(
    service_provider => 'Latchkey',
    client_id => $ENV{CLIENT_ID},
    client_secret => $ENV{CLIENT_SECRET},
    redirect_uri => $ENV{REDIRECT_URI},
    scope => 'profile',
);
my %back = URI->new(open_page($agent->authorization_url(
    code_challenge => $challenge,
    code_challenge_method => 'S256',
)))->query_form;
$agent->request_tokens(code => $back{code}, code_verifier => $verifier);
my $response = $agent->get("$ENV{LATCHKEY_URL}/v1/users/me");
finish('LWP::Authen::OAuth2', JSON->new->decode($response->decoded_content)->{user}{username});
