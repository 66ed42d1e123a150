using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Security.Cryptography;
using System.Text;
using PgOAuth.Authentication.Jwt;
using PgOAuth.Diagnostics;
using Xunit;

namespace PgOAuth.Authentication;

public sealed class TokenLogTests
{
    [Fact]
    public async Task C35_NoLogLine_HoldsAnyPartOfAnyToken()
    {
        using var events = new LibraryEvents();
        foreach (var wrong in NegativeTokens.All.Where(n => n.Name != "C23_100000Groups"))
        {
            using var bed = new JwtTestBed(o => o.AllowPlainJwtType = wrong.Plain);
            var draft = bed.Draft();
            draft.Header["x-canary"] = "canary-header";
            draft.Payload["sub"] = "canary-sub";
            draft.Payload["jti"] = "canary-jti";
            if (wrong.Plain)
            {
                draft.Header["typ"] = "JWT";
            }

            var token = wrong.Make(draft);
            await bed.LoginAsync(token);

            var text = bed.Log.AllText;
            Assert.Contains(bed.Log.Lines, l => l.EventId.Id == PgOAuthEventIds.AuthenticationRefused);
            Assert.DoesNotContain("canary", text, StringComparison.Ordinal);
            foreach (var piece in Pieces(token))
            {
                Assert.False(text.Contains(piece, StringComparison.Ordinal), wrong.Name);
                Assert.False(events.Text.Contains(piece, StringComparison.Ordinal), wrong.Name);
            }
        }

        // The listener works: the library did say something.
        Assert.NotEmpty(events.Text);
    }

    [Fact]
    public async Task C35_AcceptedToken_IsLoggedByItsHashPrefixAndJti()
    {
        using var bed = new JwtTestBed();
        var token = bed.Draft().Build();

        await bed.LoginAsync(token);
        await bed.LoginAsync(token);

        var lines = bed.Log.Lines.Where(l => l.EventId.Id == PgOAuthEventIds.AuthenticationAccepted).ToList();
        Assert.Equal(2, lines.Count);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        Assert.All(lines, l => Assert.Equal(hash[..8], l.Values["TokenHash"]));
        Assert.All(lines, l => Assert.Equal("token-1", l.Values["TokenId"]));
        Assert.All(lines, l => Assert.Equal(7L, l.Values["SessionId"]));
        Assert.All(Pieces(token), p => Assert.DoesNotContain(p, bed.Log.AllText, StringComparison.Ordinal));
        Assert.DoesNotContain(hash[..9], bed.Log.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C35_EventNames_AreTheConstantsNames()
    {
        using var bed = new JwtTestBed();
        await bed.LoginAsync(bed.Draft().Build());
        await bed.LoginAsync("a.b.c");

        var constants = typeof(PgOAuthEventIds).GetFields().ToDictionary(f => (int)f.GetRawConstantValue()!, f => f.Name);
        Assert.All(bed.Log.Lines, l => Assert.Equal(constants[l.EventId.Id], l.EventId.Name));
        Assert.Contains(bed.Log.Lines, l => l.EventId.Id == PgOAuthEventIds.AuthenticationRefused);
    }

    // Every run of 12 characters would be slow to look for; every third of each part is enough to find a quotation.
    private static IEnumerable<string> Pieces(string token)
    {
        foreach (var part in token.Split('.'))
        {
            for (var start = 0; start + 12 <= Math.Min(part.Length, 1200); start += 12)
            {
                var piece = part.Substring(start, 12);
                if (piece.Distinct().Count() > 4)
                {
                    yield return piece;
                }
            }
        }
    }

    private sealed class LibraryEvents : EventListener
    {
        private readonly ConcurrentQueue<string> _text = new();

        public string Text => string.Join('\n', _text);

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name.StartsWith("Microsoft.IdentityModel", StringComparison.Ordinal))
            {
                EnableEvents(eventSource, EventLevel.Verbose);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) =>
            _text?.Enqueue(eventData.Message + " " + string.Join(' ', eventData.Payload ?? (IReadOnlyCollection<object?>)[]));
    }
}
