using Xunit;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Relay;

public sealed class ReportedSettingsTests
{
    private readonly ReportedSettingsTable _table = new();

    [Fact]
    public void EqualSettings_AreOneObject_InWhateverOrderTheyCame()
    {
        var first = With(("a", "1"), ("b", "2"), ("c", "3"));
        var second = With(("c", "3"), ("b", "x"), ("a", "1"), ("b", "2"));

        Assert.Same(first, second);
        Assert.NotSame(first, With(("a", "1"), ("b", "2")));
        Assert.NotSame(first, With(("a", "1"), ("b", "3"), ("c", "2")));
    }

    [Fact]
    public void Change_LeavesTheOldOnesAlone()
    {
        var before = With(("a", "1"), ("b", "2"));
        var after = _table.With(before, "a"u8, "3"u8);

        Assert.Equal("1"u8.ToArray(), before.Find("a"u8));
        Assert.Equal("3"u8.ToArray(), after.Find("a"u8));
        Assert.Equal("2"u8.ToArray(), after.Find("b"u8));
        Assert.Null(after.Find("c"u8));
        Assert.Same(before, _table.With(after, "a"u8, "1"u8));
    }

    [Fact]
    public void SameValueAgain_AllocatesNothing()
    {
        var settings = With(("a", "1"), ("b", "2"));
        var other = _table.With(settings, "a"u8, "3"u8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            settings = _table.With(settings, "a"u8, "1"u8);
            if (_table.With(settings, "a"u8, "3"u8) != other)
            {
                Assert.Fail("Equal settings are two objects.");
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void StartupMessages_GiveTheSettingsAtLogin()
    {
        var settings = _table.WithAll(ReportedSettings.None, (byte[])[.. ParameterStatus("TimeZone", "UTC"), .. Notice("x"), .. ParameterStatus("DateStyle", "ISO, MDY"), (byte)'S', 0, 0]);

        Assert.Equal(2, settings.Values.Length);
        Assert.Equal("ISO, MDY"u8.ToArray(), settings.Find("DateStyle"u8));
    }

    [Fact]
    public void ManyDifferentSettings_DoNotMakeTheTableGrowWithoutBound()
    {
        var settings = With(("application_name", "x"));
        for (var i = 0; i < 10_000; i++)
        {
            settings = _table.With(settings, "application_name"u8, BitConverter.GetBytes(i));
        }

        Assert.InRange(_table.Count, 1, 4096);
    }

    [Theory]
    [InlineData("is_superuser")]
    [InlineData("session_authorization")]
    [InlineData("server_version")]
    [InlineData("server_encoding")]
    [InlineData("integer_datetimes")]
    [InlineData("in_hot_standby")]
    [InlineData("disconnect_requested")]
    public void WhatTheServerIs_IsNotSet(string name)
    {
        Assert.False(SettableSettings.Differ(With((name, "a")), With((name, "b"))));
    }

    [Theory]
    [InlineData("application_name")]
    [InlineData("client_encoding")]
    [InlineData("DateStyle")]
    [InlineData("default_transaction_read_only")]
    [InlineData("IntervalStyle")]
    [InlineData("scram_iterations")]
    [InlineData("search_path")]
    [InlineData("standard_conforming_strings")]
    [InlineData("TimeZone")]
    public void WhatTheSessionSet_IsSetWhereItDiffersAndIsKnown(string name)
    {
        Assert.True(SettableSettings.Differ(With((name, "a")), With((name, "b"))));
        Assert.False(SettableSettings.Differ(With((name, "a")), With((name, "a"), ("other", "b"))));
        Assert.False(SettableSettings.Differ(With((name, "a")), ReportedSettings.None));
        Assert.False(SettableSettings.Differ(ReportedSettings.None, With((name, "b"))));
    }

    private ReportedSettings With(params (string Name, string Value)[] values) =>
        values.Aggregate(ReportedSettings.None, (settings, value) => _table.With(settings, System.Text.Encoding.UTF8.GetBytes(value.Name), System.Text.Encoding.UTF8.GetBytes(value.Value)));
}
