using PgOAuth.Sessions;
using PgOAuth.Testing.Wire;
using Xunit;

namespace PgOAuth.Startup;

public sealed class StartupParameterRulesTests
{
    /// <summary>The settings of PostgreSQL 18 that pass. Another one here is a decision about security, not a detail.</summary>
    private static readonly HashSet<string> Passing = new(StringComparer.OrdinalIgnoreCase)
    {
        "application_name", "bytea_output", "client_encoding", "client_min_messages", "DateStyle",
        "default_transaction_deferrable", "default_transaction_isolation", "default_transaction_read_only",
        "enable_seqscan", "extra_float_digits", "geqo", "idle_in_transaction_session_timeout", "idle_session_timeout",
        "IntervalStyle", "jit", "lc_messages", "lc_monetary", "lc_numeric", "lc_time", "lock_timeout", "plan_cache_mode",
        "search_path", "standard_conforming_strings", "statement_timeout", "tcp_keepalives_count",
        "tcp_keepalives_idle", "tcp_keepalives_interval", "TimeZone", "transaction_timeout", "work_mem",
    };

    private static readonly StartupParameterRules Rules = new([]);

    public static TheoryData<string> Settings => [.. ReadSettings()];

    public static TheoryData<string> TrueWords => ["t", "tr", "tru", "true", "y", "ye", "yes", "on", "1", "T", "TRUE", "True", "Y", "YES", "ON", "On", "oN"];

    public static TheoryData<string> FalseWords => ["f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0", "F", "FALSE", "N", "NO", "OFF", "Of"];

    [Fact]
    public void A10_TheList_HoldsEveryContextAndTheDangerousNames()
    {
        var names = ReadSettings();

        Assert.True(names.Count > 200);
        Assert.All(new[] { "role", "session_authorization", "session_preload_libraries", "local_preload_libraries", "row_security", "session_replication_role", "log_connections" }, name => Assert.Contains(name, names));
        Assert.Empty(Passing.Except(names, StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void A10_SettingOfTheServer_PassesOnlyWhenHarmless(string name)
    {
        var value = name switch
        {
            "client_encoding" => "UTF8",
            "standard_conforming_strings" => "on",
            _ => "1",
        };
        foreach (var pair in new[]
        {
            (name, value),
            (name.ToUpperInvariant(), value),
            ("options", $"-c {name}={value}"),
            ("options", $"-c{name}={value}"),
            ("options", $"--{name}={value}"),
            ("options", $"--{name.Replace('_', '-')}={value}"),
            ("options", $"\t\\-c\n{name.ToUpperInvariant()}={value}"),
        })
        {
            var failure = Read(out var parameters, ("user", "app"), pair);
            if (Passing.Contains(name))
            {
                Assert.Null(failure);
                var setting = Assert.Single(parameters.Settings);
                Assert.Equal(name, setting.Key, ignoreCase: true);
                Assert.Equal(value, setting.Value);
            }
            else
            {
                Assert.Equal(SessionEndReason.StartupParameterRefused, failure?.Reason);
                Assert.Null(parameters);
            }
        }
    }

    [Fact]
    public async Task A10_WhatReachesTheServer_IsOnlyWhatWasAllowed()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        await client.LogInAsync("good", LoginMessages.StartupMessage(
            LoginMessages.Version30,
            "user", "app",
            "application_name", "it's \\ me",
            "database", "shop",
            "replication", "false",
            "options", "-c statement_timeout=7s --search-path=a,\\ b -c pgoauth.exchange=password",
            "DateStyle", "ISO"));

        var startup = Assert.Single(bed.Server.Startups);
        Assert.Equal(
            [
                ("DateStyle", "ISO"), ("application_name", "it's \\ me"), ("client_encoding", "UTF8"), ("database", "shop"), ("role", "app"),
                ("search_path", "a, b"), ("standard_conforming_strings", "on"), ("statement_timeout", "7s"), ("user", "service"),
            ],
            startup.Where(static p => !p.Key.StartsWith("pgoauth.", StringComparison.Ordinal)).Select(static p => (p.Key, p.Value)).OrderBy(static p => p.Key, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("pgoauth.sub", "root")]
    [InlineData("PGOAUTH.claims", "{}")]
    [InlineData("request.jwt.claims", "{}")]
    [InlineData("myapp.tenant", "1")]
    [InlineData("_PQ_.x", "1")]
    [InlineData("", "1")]
    [InlineData("role ", "postgres")]
    [InlineData(" user", "postgres")]
    [InlineData("work-mem", "1MB")]
    [InlineData("Database", "other")]
    [InlineData("OPTIONS", "-c role=postgres")]
    [InlineData("REPLICATION", "false")]
    public void A10_NameThatIsNoSetting_IsRefused(string name, string value)
    {
        Assert.Equal(SessionEndReason.StartupParameterRefused, Read(out _, ("user", "app"), (name, value))?.Reason);
    }

    [Theory]
    [InlineData("client_encoding", "SJIS")]
    [InlineData("client_encoding", "GBK")]
    [InlineData("client_encoding", "BIG5")]
    [InlineData("client_encoding", "")]
    [InlineData("client_encoding", "auto")]
    [InlineData("standard_conforming_strings", "off")]
    [InlineData("standard_conforming_strings", "0")]
    [InlineData("standard_conforming_strings", "f")]
    [InlineData("standard_conforming_strings", "")]
    [InlineData("STANDARD_CONFORMING_STRINGS", "No")]
    [InlineData("pgoauth.exchange", "none")]
    [InlineData("pgoauth.exchange", "OAUTHBEARER")]
    public void A10_DangerousValue_IsRefusedAsKeyAndAsOption(string name, string value)
    {
        Assert.Equal(SessionEndReason.StartupParameterRefused, Read(out _, ("user", "app"), (name, value))?.Reason);
        Assert.Equal(SessionEndReason.StartupParameterRefused, Read(out _, ("user", "app"), ("options", $"-c {name}={value}"))?.Reason);
    }

    [Theory]
    [InlineData("-B 16")]
    [InlineData("-d 5")]
    [InlineData("-e")]
    [InlineData("-fs")]
    [InlineData("-i")]
    [InlineData("-O")]
    [InlineData("-P")]
    [InlineData("-S 1024")]
    [InlineData("-s")]
    [InlineData("-tpl")]
    [InlineData("-W 10")]
    [InlineData("-v 3")]
    [InlineData("-r file")]
    [InlineData("--")]
    [InlineData("-")]
    [InlineData("\\")]
    [InlineData("hello")]
    [InlineData("-c")]
    [InlineData("-c geqo")]
    [InlineData("-c =on")]
    [InlineData("--geqo")]
    [InlineData("--=on")]
    [InlineData("-c geqo=on -O")]
    [InlineData("-- -c geqo=on")]
    public void A10_OptionsThatAreNoSetting_AreRefused(string options)
    {
        Assert.Equal(SessionEndReason.StartupParameterRefused, Read(out _, ("user", "app"), ("options", options))?.Reason);
    }

    [Theory]
    [InlineData("user", "app", "user", "postgres")]
    [InlineData("user", "app", "user", "app")]
    [InlineData("user", "app", "USER", "postgres")]
    [InlineData("USER", "postgres", "user", "app")]
    [InlineData("database", "a", "database", "b")]
    [InlineData("database", "a", "Database", "b")]
    [InlineData("options", "-c geqo=on", "options", "-c jit=on")]
    [InlineData("options", "", "options", "-c role=postgres")]
    [InlineData("options", "", "Options", "")]
    [InlineData("role", "app", "role", "postgres")]
    [InlineData("search_path", "a", "search_path", "b")]
    [InlineData("search_path", "a", "SEARCH_PATH", "b")]
    [InlineData("search_path", "a", "options", "-c search_path=b")]
    [InlineData("search_path", "a", "options", "--search-path=b")]
    [InlineData("options", "--Search-Path=b", "search_path", "a")]
    [InlineData("options", "-c geqo=on -c geqo=off", "jit", "on")]
    [InlineData("options", "-c geqo=on --GEQO=off", "jit", "on")]
    [InlineData("options", "-c user=postgres", "jit", "on")]
    [InlineData("options", "-c database=postgres", "jit", "on")]
    [InlineData("replication", "false", "replication", "true")]
    [InlineData("_pq_.a", "1", "_pq_.a", "2")]
    public void A08_DuplicateParameter_IsRefusedInEveryOrder(string name1, string value1, string name2, string value2)
    {
        foreach (var pairs in new (string, string)[][]
        {
            [("user", "app"), (name1, value1), (name2, value2)],
            [(name1, value1), (name2, value2), ("user", "app")],
            [(name2, value2), ("user", "app"), (name1, value1)],
            [(name1, value1), ("application_name", "x"), (name2, value2), ("user", "app")],
        })
        {
            Assert.NotNull(Read(out var parameters, pairs));
            Assert.Null(parameters);
        }
    }

    [Fact]
    public async Task A08_DuplicateUser_IsRefused()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        await client.SendAsync(LoginMessages.StartupMessage(LoginMessages.Version30, "user", "app", "user", "postgres"));

        var error = await client.ExpectFatalAsync();
        Assert.Equal(("08P01", "duplicate startup parameter \"user\""), (error.SqlState, error.Message));
        Assert.Equal(0, bed.UpstreamConnections);
    }

    [Fact]
    public void A09_MissingUser_IsRefusedAsPostgreSqlDoes()
    {
        var failure = Read(out _, ("database", "shop"))!;

        Assert.Equal(("28000", "no PostgreSQL user name specified in startup packet"), (failure.SqlState, failure.ClientMessage));
    }

    [Fact]
    public void A09_MissingDatabase_IsTheUsersName()
    {
        Assert.Null(Read(out var parameters, ("user", "app")));

        Assert.Equal("app", parameters.Database);
    }

    [Theory]
    [InlineData("user", "")]
    [InlineData("database", "")]
    [InlineData("user", "x64")]
    [InlineData("database", "x64")]
    [InlineData("user", "ü32")]
    [InlineData("database", "ü32")]
    public void A09_EmptyOrTooLongName_IsRefused(string which, string name)
    {
        var value = name.Length < 2 ? name : new string(name[0], int.Parse(name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture));
        var failure = which == "user" ? Read(out _, ("user", value), ("database", "shop")) : Read(out _, ("user", "app"), ("database", value));

        Assert.Equal(SessionEndReason.StartupParameterRefused, failure?.Reason);
    }

    [Theory]
    [InlineData('x', 63)]
    [InlineData('ü', 31)]
    public void A09_LongestName_IsKeptWhole(char letter, int count)
    {
        var name = new string(letter, count);

        Assert.Null(Read(out var parameters, ("user", name), ("database", name)));
        Assert.Equal((name, name), (parameters.User, parameters.Database));
    }

    [Theory]
    [MemberData(nameof(TrueWords))]
    public void A12_ReplicationTurnedOn_IsRefused(string word)
    {
        Assert.Equal(SessionEndReason.ReplicationRefused, Read(out _, ("user", "app"), ("replication", word))?.Reason);
    }

    [Theory]
    [InlineData("database")]
    [InlineData("DATABASE")]
    [InlineData("Database")]
    public void A12_LogicalReplication_IsRefused(string word)
    {
        Assert.Equal(SessionEndReason.ReplicationRefused, Read(out _, ("user", "app"), ("replication", word))?.Reason);
    }

    [Theory]
    [MemberData(nameof(FalseWords))]
    public void A12_ReplicationTurnedOff_IsNotSentOn(string word)
    {
        Assert.Null(Read(out var parameters, ("user", "app"), ("replication", word)));

        Assert.Empty(parameters.Settings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("o")]
    [InlineData("O")]
    [InlineData("2")]
    [InlineData("01")]
    [InlineData("-1")]
    [InlineData(" true")]
    [InlineData("true ")]
    [InlineData("truee")]
    [InlineData("offf")]
    [InlineData("databas")]
    [InlineData("databases")]
    [InlineData("physical")]
    public void A12_ReplicationOfAnUnknownValue_IsRefused(string word)
    {
        Assert.Equal(SessionEndReason.StartupParameterRefused, Read(out _, ("user", "app"), ("replication", word))?.Reason);
    }

    [Theory]
    [InlineData("-c replication=true")]
    [InlineData("--replication=database")]
    public void A12_ReplicationAsAnOption_IsRefused(string options)
    {
        Assert.Equal(SessionEndReason.StartupParameterRefused, Read(out _, ("user", "app"), ("options", options))?.Reason);
    }

    [Theory]
    [MemberData(nameof(TrueWords))]
    public void PostgresBoolean_TrueWord_IsTrue(string word) => Assert.True(PostgresBoolean.Parse(word));

    [Theory]
    [MemberData(nameof(FalseWords))]
    public void PostgresBoolean_FalseWord_IsFalse(string word) => Assert.False(PostgresBoolean.Parse(word));

    [Theory]
    [InlineData("")]
    [InlineData("o")]
    [InlineData("tu")]
    [InlineData("10")]
    [InlineData("onn")]
    [InlineData("yes\n")]
    [InlineData("ye\u017f")]
    public void PostgresBoolean_OtherWord_IsNeither(string word) => Assert.Null(PostgresBoolean.Parse(word));

    private static SessionFailure? Read(out StartupParameters parameters, params (string Name, string Value)[] pairs) =>
        Rules.TryRead([.. pairs.Select(static p => KeyValuePair.Create(p.Name, p.Value))], out parameters);

    private static List<string> ReadSettings()
    {
        using var reader = new StreamReader(typeof(StartupParameterRulesTests).Assembly.GetManifestResourceStream("postgresql-18-settings.txt")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => line[0] != '#').Select(static line => line.Split(' ')[1])];
    }
}
