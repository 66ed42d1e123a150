using T = PgOAuth.IntegrationTests.Enforcement.Leak.LeakType;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>What the generator knows of <see cref="LeakSchema"/>.</summary>
internal static class LeakModel
{
    public static LeakTable[] Tables { get; } =
    [
        new("app", "person", [new("id", T.Int), new("name", T.Text), new("city", T.Text), new("age", T.Int), new("born", T.Time), new("mood", T.Other),
            new("secret", T.Text, true), new("ssn", T.Int, true), new("salary", T.Number, true), new("extra", T.Json, true)])
            { IsOpen = true, IsWritable = true, IsMergeable = true, IsCopied = true, HasKey = true },
        new("app", "account", [new("id", T.Int), new("person_id", T.Int), new("kind", T.Text), new("balance", T.Number), new("name", T.Text),
            new("pin", T.Text, true), new("token", T.Other, true), new("secret", T.Text, true)])
            { IsOpen = true, IsWritable = true, IsMergeable = true, IsCopied = true, HasKey = true },
        new("app", "doc", [new("id", T.Int), new("title", T.Text), new("tags", T.Other), new("meta", T.Json),
            new("body", T.Json, true), new("blob", T.Other, true), new("history", T.Other, true), new("contact", T.Other, true)])
            { IsOpen = true, IsWritable = true, IsCopied = true, HasKey = true },
        new("app", "city", [new("id", T.Int), new("name", T.Text), new("region", T.Text), new("population", T.Int)])
            { IsOpen = true, IsWritable = true, IsMergeable = true, IsCopied = true, HasKey = true },
        new("app", "event", [new("id", T.Int), new("kind", T.Text), new("at", T.Time), new("weight", T.Int), new("payload", T.Text, true)])
            { IsOpen = true, IsWritable = true, IsMergeable = true },
        new("app", "animal", [new("id", T.Int), new("name", T.Text), new("weight", T.Int)]) { IsOpen = true, IsWritable = true },
        new("app", "leaf", [new("id", T.Int), new("code", T.Text, true), new("label", T.Text)]) { IsOpen = true },
        new("app", "v_open", [new("id", T.Int), new("name", T.Text)]) { IsOpen = true, IsCopied = true },
        new("app", "v_mixed", [new("id", T.Int), new("name", T.Text), new("secret", T.Text, true)]) { IsOpen = true },
        new("app", "m_open", [new("id", T.Int), new("name", T.Text)]) { IsOpen = true },
        new("app", "denied_leaf", [new("id", T.Int, true), new("label", T.Text, true), new("extra", T.Int, true)]),
        new("app", "dog", [new("id", T.Int, true), new("name", T.Text, true), new("weight", T.Int, true), new("breed", T.Text, true), new("chip", T.Text, true)]),
        new("app", "event_a", [new("id", T.Int, true), new("kind", T.Text, true), new("at", T.Time, true), new("weight", T.Int, true), new("payload", T.Text, true)]),
        new("app", "v_secret", [new("id", T.Int, true), new("secret", T.Text, true), new("amount", T.Int, true)]),
        new("app", "m_secret", [new("id", T.Int, true), new("secret", T.Text, true)]),
        new("vault", "base", [new("id", T.Int, true), new("code", T.Text, true)]),
        new("vault", "denied", [new("id", T.Int, true), new("label", T.Text, true)]),
        new("vault", "secrets", [new("id", T.Int, true), new("name", T.Text, true), new("secret", T.Text, true), new("amount", T.Int, true), new("code", T.Text, true)]),
        new("vault", "keys", [new("id", T.Int, true), new("name", T.Text, true), new("bytes", T.Other, true)]),
    ];

    public static LeakTable[] Open { get; } = [.. Tables.Where(static table => table.IsOpen)];

    public static LeakTable[] Writable { get; } = [.. Tables.Where(static table => table.IsWritable)];

    public static LeakTable Of(string fullName) => Tables.Single(table => table.FullName == fullName);
}
