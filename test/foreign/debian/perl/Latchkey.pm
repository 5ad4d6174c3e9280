# The module takes only the parameters that its service provider declares.
package Latchkey;
use strict;
use warnings;
use parent 'LWP::Authen::OAuth2::ServiceProvider';

sub init {
    my ($self, $opts) = @_;
    push @{$self->{authorization_optional_params}}, qw(code_challenge code_challenge_method);
    push @{$self->{request_optional_params}}, 'code_verifier';
    $self->SUPER::init($opts);
}
sub authorization_endpoint { "$ENV{LATCHKEY_URL}/oauth2/authorize" }
sub token_endpoint { "$ENV{LATCHKEY_URL}/oauth2/token" }

1;
