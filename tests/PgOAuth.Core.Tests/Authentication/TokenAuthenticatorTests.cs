using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PgOAuth.Authentication.Jwt;
using PgOAuth.Diagnostics;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.Authentication;

public sealed class TokenAuthenticatorTests : IDisposable
{
    private static readonly TokenClaims Claims = new(
        "https://i.example.com", "alice", DateTimeOffset.UnixEpoch, [], JsonDocument.Parse("{}").RootElement);

    private readonly LogRecorder _log = new();

    [Fact]
    public async Task FirstThatKnowsTheToken_Decides_InOrder()
    {
        var asked = new List<string>();

        var result = await Run(
            new Scripted("a", asked, TokenValidationResult.NotApplicable),
            new Scripted("b", asked, TokenValidationResult.Valid(Claims)),
            new Scripted("c", asked, TokenValidationResult.Refused(TokenFailure.Expired)));

        Assert.Same(Claims, result.Claims);
        Assert.Equal(["a", "b"], asked);
    }

    [Fact]
    public async Task Refusal_IsFinal()
    {
        var asked = new List<string>();

        var result = await Run(
            new Scripted("a", asked, TokenValidationResult.Refused(TokenFailure.WrongAudience)),
            new Scripted("b", asked, TokenValidationResult.Valid(Claims)));

        Assert.Equal(TokenFailure.WrongAudience, result.Failure);
        Assert.Equal(["a"], asked);
    }

    [Fact]
    public async Task DefaultResult_IsARefusal_AndFinal()
    {
        var result = await Run(new Scripted("a", [], default), new Scripted("b", [], TokenValidationResult.Valid(Claims)));

        Assert.False(result.IsValid);
        Assert.Equal(TokenFailure.Unspecified, result.Failure);
    }

    [Fact]
    public async Task NobodyKnowsTheToken_IsRefused()
    {
        Assert.Equal(TokenFailure.NotRecognised, (await Run()).Failure);
        var result = await Run(new Scripted("a", [], TokenValidationResult.NotApplicable));
        Assert.Equal(TokenFailure.NotRecognised, result.Failure);
        Assert.False(result.IsNotApplicable);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task C35_Exception_IsARefusal_AndItsTextIsNotLogged(bool synchronous)
    {
        var result = await Run(new Throwing(synchronous), new Scripted("b", [], TokenValidationResult.Valid(Claims)));

        Assert.Equal(TokenFailure.ValidatorError, result.Failure);
        Assert.Contains(_log.Lines, l => l.EventId.Id == PgOAuthEventIds.AuthenticationValidatorFailed && l.Message.Contains("InvalidOperationException", StringComparison.Ordinal));
        Assert.DoesNotContain("some-token", _log.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OwnTimeoutOfAValidator_IsARefusal_TheLoginDeadlineIsNot()
    {
        Assert.Equal(TokenFailure.ValidatorError, (await Run(new Cancelling(CancellationToken.None))).Failure);

        using var deadline = new CancellationTokenSource();
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run(deadline.Token, new Cancelling(deadline.Token)));
    }

    public void Dispose() => _log.Dispose();

    private Task<TokenValidationResult> Run(params ITokenValidator[] validators) => Run(CancellationToken.None, validators);

    private async Task<TokenValidationResult> Run(CancellationToken cancellationToken, params ITokenValidator[] validators)
    {
        using var token = new AccessToken(Encoding.UTF8.GetBytes("some-token"));
        return await new TokenAuthenticator(validators, new Logger<TokenAuthenticator>(_log)).AuthenticateAsync(JwtTestBed.Context(token), cancellationToken);
    }

    private sealed class Scripted(string name, List<string> asked, TokenValidationResult result) : ITokenValidator
    {
        public ValueTask<TokenValidationResult> ValidateAsync(TokenValidationContext context, CancellationToken cancellationToken)
        {
            asked.Add(name);
            return new(result);
        }
    }

    private sealed class Throwing(bool synchronous) : ITokenValidator
    {
        public ValueTask<TokenValidationResult> ValidateAsync(TokenValidationContext context, CancellationToken cancellationToken) =>
            synchronous ? throw Error(context) : Later(context);

        private static async ValueTask<TokenValidationResult> Later(TokenValidationContext context)
        {
            await Task.Yield();
            throw Error(context);
        }

        private static InvalidOperationException Error(TokenValidationContext context) => new($"cannot read {context.Token.Reveal()}");
    }

    private sealed class Cancelling(CancellationToken with) : ITokenValidator
    {
        public ValueTask<TokenValidationResult> ValidateAsync(TokenValidationContext context, CancellationToken cancellationToken) =>
            throw new OperationCanceledException(with);
    }
}
