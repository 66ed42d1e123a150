using System.Globalization;
using System.Text;
using PgOAuth.Sql.Lexing;

namespace PgOAuth.Operations.AdminDatabase;

/// <summary>Reads the text of a query: names as in SQL, lower case unless quoted.</summary>
internal static class AdminCommandParser
{
    internal const string Hint = "Commands: SHOW POOLS | CLIENTS | SERVERS | STATS | CONFIG | VERSION | HELP, PAUSE [database], RESUME [database], "
        + "RECONNECT [database], KILL session | database, RELOAD, SHUTDOWN [WAIT_FOR_CLIENTS].";

    /// <summary>What drivers set by themselves after logging in.</summary>
    private static readonly string[] HarmlessSettings =
        ["application_name", "client_encoding", "client_min_messages", "datestyle", "extra_float_digits", "intervalstyle", "session", "time", "timezone"];

    /// <summary>Reads all commands of the text, which may be none; null when one cannot be understood.</summary>
    internal static IReadOnlyList<AdminCommand>? TryParse(ReadOnlySpan<byte> text)
    {
        if (!System.Text.Unicode.Utf8.IsValid(text))
        {
            return null;
        }

        var lexer = new SqlLexer(text, new SqlToken[16]);
        if (!lexer.Run())
        {
            return null;
        }

        var commands = new List<AdminCommand>();
        var words = new List<Word>();
        // The last one is the end of the text.
        foreach (ref readonly var token in lexer.Tokens.AsSpan(0, lexer.Count + 1))
        {
            if (token.Kind is not (SqlTokenKind.Semicolon or SqlTokenKind.EndOfText))
            {
                words.Add(Word.Of(text, token));
                continue;
            }

            if (words.Count > 0)
            {
                if (Understand(words) is not { } command)
                {
                    return null;
                }

                commands.Add(command);
                words.Clear();
            }
        }

        return commands;
    }

    private static AdminCommand? Understand(List<Word> words) => (words[0].Keyword, words.Count) switch
    {
        ("help", 1) => new(AdminVerb.ShowHelp, "SHOW"),
        ("show", 2) => Show(words[1].Keyword),
        ("pause", <= 2) => About(AdminVerb.Pause, "PAUSE", words),
        ("resume", <= 2) => About(AdminVerb.Resume, "RESUME", words),
        ("reconnect", <= 2) => About(AdminVerb.Reconnect, "RECONNECT", words),
        ("kill", 2) when words[1].Number is { } session => new(AdminVerb.Kill, "KILL", SessionId: session),
        ("kill", 2) => About(AdminVerb.Kill, "KILL", words),
        ("reload", 1) => new(AdminVerb.Reload, "RELOAD"),
        ("shutdown", 1) => new(AdminVerb.Shutdown, "SHUTDOWN"),
        ("shutdown", 2) when words[1].Keyword == "wait_for_clients" => new(AdminVerb.ShutdownWaitForClients, "SHUTDOWN"),
        ("set", > 2) when words[1].Keyword is { } name && HarmlessSettings.Contains(name) => new(AdminVerb.Ignore, "SET"),
        ("discard", 2) when words[1].Keyword == "all" => new(AdminVerb.Ignore, "DISCARD ALL"),
        _ => null,
    };

    private static AdminCommand? Show(string? what) => what switch
    {
        "pools" => new(AdminVerb.ShowPools, "SHOW"),
        "clients" => new(AdminVerb.ShowClients, "SHOW"),
        "servers" => new(AdminVerb.ShowServers, "SHOW"),
        "stats" => new(AdminVerb.ShowStats, "SHOW"),
        "config" => new(AdminVerb.ShowConfig, "SHOW"),
        "version" => new(AdminVerb.ShowVersion, "SHOW"),
        "help" => new(AdminVerb.ShowHelp, "SHOW"),
        _ => null,
    };

    private static AdminCommand? About(AdminVerb verb, string tag, List<Word> words) =>
        words.Count == 1 ? new(verb, tag) : words[1].Name is { } database ? new(verb, tag, database) : null;

    /// <summary>One token, by what it can stand for.</summary>
    private readonly record struct Word(string? Keyword, string? Name, long? Number)
    {
        internal static Word Of(ReadOnlySpan<byte> text, in SqlToken token)
        {
            var raw = text[token.Start..token.End];
            if (token.Kind is SqlTokenKind.IConst or SqlTokenKind.FConst)
            {
                return new Word(null, null, long.TryParse(raw, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null);
            }

            if (token.Kind is >= SqlKeywords.First || (token.Kind is SqlTokenKind.Ident && raw[0] != '"' && token.Escape == 0))
            {
                var word = Encoding.UTF8.GetString(raw).ToLowerInvariant();
                return new Word(word, word, null);
            }

            if (token.Kind is not (SqlTokenKind.Ident or SqlTokenKind.SConst))
            {
                return default;
            }

            var name = Encoding.UTF8.GetString(SqlText.DecodeString(raw, token.Kind, token.Escape));
            return name.Length > 0 ? new Word(null, name, null) : default;
        }
    }
}
