using System.Globalization;
using System.Text;
using PgOAuth.Testing;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>Messages without end that are answered with as much, in a pipeline or in COPY, and the exact replies.</summary>
/// <param name="Name">What it is.</param>
/// <param name="First">What goes in front.</param>
/// <param name="FirstReplies">What answers it: the type, and what the message holds.</param>
/// <param name="Next">Any of the messages, by its number.</param>
/// <param name="Replies">What answers it.</param>
/// <param name="Last">What ends it.</param>
/// <param name="LastReplies">What answers that.</param>
internal sealed record Flood(
    string Name,
    byte[] First,
    (char Type, string Holds)[] FirstReplies,
    Func<int, byte[]> Next,
    Func<int, (char Type, string Holds)[]> Replies,
    byte[] Last,
    (char Type, string Holds)[] LastReplies)
{
    private static readonly string Filling = new('x', 4000);

    public static IReadOnlyList<Flood> All { get; } =
    [
        new("extended", [], [], Extended, ExtendedReplies, FrontendMessages.Sync, [('Z', "I")]),
        new("simple", [], [], static n => FrontendMessages.Query($"select {Value(n)}"), static n => [('T', ""), ('D', Text(n)), ('C', "SELECT 1\0"), ('Z', "I")], [], []),
        new(
            "copy_out",
            [],
            [],
            static n => FrontendMessages.Query($"copy (select {Value(n)} from generate_series(1, 2)) to stdout"),
            static n => [('H', ""), ('d', Text(n)), ('d', Text(n)), ('c', ""), ('C', "COPY 2\0"), ('Z', "I")],
            [],
            []),
        new(
            "copy_in",
            FrontendMessages.Query("copy flooded from stdin"),
            [('G', "")],
            static n => FrontendMessages.CopyData(Encoding.ASCII.GetBytes(Text(n) + "\n")),
            static n => [('N', Text(n))],
            Message('c'),
            [('C', "COPY 0\0"), ('Z', "I")]),
    ];

    /// <summary>Each row of COPY is told in a notice.</summary>
    public static string DatabaseSql(string role) =>
        $"""
         create table flooded (said text);
         create function flooded() returns trigger language plpgsql as $$ begin raise notice '%', new.said; return null; end $$;
         create trigger flooded before insert on flooded for each row execute function flooded();
         grant all on flooded to {role};
         """;

    public override string ToString() => Name;

    private static string Text(int number) => string.Create(CultureInfo.InvariantCulture, $"{number}:{Filling}");

    private static string Value(int number) => $"'{Text(number)}'";

    private static bool HasSync(int number) => number % 10 == 0;

    private static byte[] Extended(int number)
    {
        var value = Encoding.ASCII.GetBytes(Text(number));
        return
        [
            .. FrontendMessages.Parse("select $1::text"), .. Message('B', [0, 0, .. Int16(0), .. Int16(1), .. Int32(value.Length), .. value, .. Int16(0)]), .. FrontendMessages.Execute(),
            .. HasSync(number) ? FrontendMessages.Sync : [],
        ];
    }

    private static (char Type, string Holds)[] ExtendedReplies(int number) =>
        [('1', ""), ('2', ""), ('D', Text(number)), ('C', "SELECT 1\0"), .. HasSync(number) ? [('Z', "I")] : Array.Empty<(char, string)>()];
}
