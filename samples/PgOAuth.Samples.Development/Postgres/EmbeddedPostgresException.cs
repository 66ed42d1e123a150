namespace PgOAuth.Samples.Development.Postgres;

/// <summary>No PostgreSQL server could be had, or the one that was found did not start; the message says everything that was tried.</summary>
public sealed class EmbeddedPostgresException : Exception
{
    /// <summary>Whether no other installation would do better: what the caller wants is the reason.</summary>
    internal bool EndsSearch { get; }

    /// <summary>Creates the exception.</summary>
    public EmbeddedPostgresException(string message)
        : base(message)
    {
    }

    internal EmbeddedPostgresException(string message, bool endsSearch)
        : base(message) => EndsSearch = endsSearch;

    /// <summary>Creates the exception with its cause.</summary>
    public EmbeddedPostgresException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception without a message.</summary>
    public EmbeddedPostgresException()
    {
    }
}
