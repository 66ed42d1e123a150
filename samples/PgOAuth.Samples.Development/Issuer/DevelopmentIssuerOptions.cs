namespace PgOAuth.Samples.Development.Issuer;

/// <summary>How the development issuer runs.</summary>
public sealed class DevelopmentIssuerOptions
{
    /// <summary>The audience of its tokens unless said otherwise.</summary>
    public const string DefaultAudience = "postgres";

    /// <summary>The TCP port on 127.0.0.1.</summary>
    /// <value>The default is 0: any free one.</value>
    public int Port { get; init; }

    /// <summary>Where the keys are kept between runs.</summary>
    /// <value>The default is null: in memory, gone at the end.</value>
    public string? KeyFolder { get; init; }

    /// <summary>The <c>aud</c> claim of its tokens.</summary>
    /// <value>The default is <c>postgres</c>.</value>
    public string Audience { get; init; } = DefaultAudience;

    /// <summary>The lifetime of the tokens its endpoints issue.</summary>
    /// <value>The default is one hour.</value>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often a device may ask whether it was approved, in whole seconds.</summary>
    /// <value>The default is one second.</value>
    public TimeSpan PollingInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The programs that may use the client-credentials grant.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<DevelopmentClient> Clients { get; init; } = [];

    /// <summary>The clock.</summary>
    /// <value>The default is the system's.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
